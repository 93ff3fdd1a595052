using Tether.TestProgram;

// One line per behaviour: its class is in the file of the same name.
return args switch
{
    ["copy-kept", var home, var name] => await CopyKeptBehavior.RunAsync(home, name),
    ["converse", var seed] => ConverseBehavior.Run(ulong.Parse(seed)),
    ["echo"] => EchoBehavior.Run(),
    ["launch-and-copy", var home, var name, .. var program] => await LaunchAndCopyBehavior.RunAsync(home, name, program),
    ["lines", var count] => LinesBehavior.Run(long.Parse(count)),
    ["pattern", var bytes, .. var seed] => PatternBehavior.Run(long.Parse(bytes), seed.Length > 0 ? ulong.Parse(seed[0]) : 0),
    ["pieces", var bytes, var largest, var seed] => PiecesBehavior.Run(long.Parse(bytes), int.Parse(largest), ulong.Parse(seed)),
    ["report", .. var rest] => new ReportBehaviour().Run(rest),
    ["sink"] => SinkBehavior.Run(),
    ["start-many", var home, var count, var atOnce] => await StartManyBehavior.RunAsync(home, int.Parse(count), int.Parse(atOnce)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: tether-test-program BEHAVIOUR [ARGUMENT]... (see test/Tether.TestProgram/Program.cs)");
    return 2;
}
