using Tether.TestShell;

// One program by many names, as busybox is: the executable's name is the command.
string name = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
try
{
    return name is "sh" or "bash" ? Shell.Run(args) : Commands.Find(name)!(args, Files.Standard());
}
catch (ExitException exit)
{
    return exit.Code;
}
catch (IOException)
{
    // Nobody reads it any more: as SIGPIPE would have it.
    return 141;
}
catch (NotSupportedException error)
{
    Console.Error.WriteLine($"{name}: {error.Message}");
    return 99;
}
