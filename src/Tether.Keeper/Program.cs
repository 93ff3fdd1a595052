using Tether.Keeper.Platform.Linux;
using WindowsKeeper = Tether.Keeper.Platform.Windows.KeeperProcess;

// The keeper is started by Tether's library, with a private connection over which its start request comes: see KeeperProcess.cs of the
// system's folder under Platform.
switch (args)
{
    case ["keep", var pipe, _] when OperatingSystem.IsWindows():
        return WindowsKeeper.Keep(pipe);
    case ["fork", var name] when OperatingSystem.IsLinux():
        return KeeperProcess.Launch(name);
    case ["keep", _] when OperatingSystem.IsLinux():
        return KeeperProcess.Keep();
    case ["exec", var firstDescriptor] when OperatingSystem.IsLinux():
        return ExecStage.Run(firstDescriptor);
    case ["--version"]:
        Console.WriteLine(Tether.Keeper.KeeperVersion.Text);
        return 0;
    default:
        Console.Error.WriteLine("tether-keeper keeps one program. Tether starts it by itself: use 'tether run', or the library's TetheredProcess.StartAsync.");
        return 2;
}
