using Tether.TestProgram;

// One line per behaviour: its class is in the file of the same name.
IBehaviour[] behaviours =
[
    new ReportBehaviour(),
];

if (args.Length > 0 && Array.Find(behaviours, behaviour => behaviour.Name == args[0]) is { } chosen)
{
    return chosen.Run(args[1..]);
}

Console.Error.WriteLine("usage: tether-test-program " + string.Join('|', behaviours.Select(behaviour => behaviour.Name)) + " [ARGUMENT]...");
return 2;
