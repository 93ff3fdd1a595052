// tether-bench suite PEERS [--quick] [--out DIRECTORY]: everybody in turn, on the same work; bench/run.sh builds the peers and calls it.
// tether-bench driver PROGRAM WORK [ARG]...: one contender's work, called by the suite in a process of its own.
using Tether.Bench;
using Tether.Bench.Drivers;

return args switch
{
    ["driver", var program, var work, .. var rest] => await Driver.RunAsync(program, work, rest),
    ["suite", var peers, .. var options] => await Suite.RunAsync(peers, options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Run bench/run.sh [--quick] instead: it builds the peers' drivers, too.");
    return 2;
}
