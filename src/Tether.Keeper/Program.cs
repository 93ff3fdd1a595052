using Tether.Keeper.Platform.Linux;

// The keeper is started by Tether's library with its start request on descriptor 3; see Platform/Linux/KeeperProcess.cs.
switch (args)
{
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
