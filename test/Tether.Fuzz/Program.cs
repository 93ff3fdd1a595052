using Tether.Fuzz;

// tether-fuzz [--frames N] [--seed N] [--workers N] [--flood N]: one line of counts and 0, or what went wrong and 1.
try
{
    await new FuzzRun(FuzzOptions.Parse(args), Console.Out).RunAsync();
    return 0;
}
catch (Exception error) when (error is FuzzFailureException or ArgumentException or FormatException or Tether.TetherException or OperationCanceledException)
{
    Console.Error.WriteLine($"fuzz failed: {error}");
    return 1;
}
