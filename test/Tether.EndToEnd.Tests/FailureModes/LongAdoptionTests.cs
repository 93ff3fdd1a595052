using System.Globalization;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Keepers are killed at any microsecond of much output and much input. TETHER_TEST_MEBIBYTES asks for more than the usual 256 MiB.</summary>
public sealed class LongAdoptionTests
{
    private const int MostKills = 25;
    private static readonly long s_length =
        long.Parse(Environment.GetEnvironmentVariable("TETHER_TEST_MEBIBYTES") ?? "256", CultureInfo.InvariantCulture) * 1024 * 1024;

    [Theory]
    [InlineData(40, 16)]
    [InlineData(200_000, 1)]
    public async Task KeepersKilled_AtRandomMomentsOfOutput_NoByteIsLostOrDoubled(int largest, int part)
    {
        const ulong seed = 13;
        long length = s_length / part;
        await using TestHome home = new(300);
        ProcessSpec spec = new("sh", ["-c", $"'{KeptTestProgram.Path}' pieces {length} {largest} {seed}; exec sleep 81763"]) { Name = "out", WhenFull = WindowFullPolicy.Block };
        await (await home.StartAsync(spec)).DisposeAsync();
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(home.Bound);
        await using PatternReader reader = new(home, "out", seed);
        Task<int> killer = OnItsOwnThread(() => KillKeepersAsync(home, "out", done.Token));

        await reader.ReadToAsync(length);
        await done.CancelAsync();

        Assert.Equal(length, reader.Offset);
        Assert.True(await killer > 0);
        await home.KillAsync("out");
    }

    [Fact]
    public async Task KeepersKilled_AtRandomMomentsOfInput_EachByteArrivesOnceOrWasInDoubt()
    {
        await using TestHome home = new(300);
        await (await home.StartAsync(KeptTestProgram.Spec("echo") with { Name = "in", WhenFull = WindowFullPolicy.Spill })).DisposeAsync();
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(home.Bound);
        EchoConversation conversation = new(home, "in", 17);
        Task<int> killer = OnItsOwnThread(() => KillKeepersAsync(home, "in", done.Token));

        await conversation.RunAsync(s_length, 200_000);
        await done.CancelAsync();

        Assert.True(await killer > 0);
        await home.KillAsync("in");
    }

    /// <summary>What is in the pipe when the program is killed has its place in the window that was taken over, and the keeper ends.</summary>
    [Fact]
    public async Task KeeperKilled_WindowFull_ProgramKilledThen_TheNextKeeperTakesTheRestAndEnds()
    {
        const ulong seed = 23;
        const long read = 12 * 1024 * 1024;
        await using TestHome home = new();
        ProcessSpec spec = KeptTestProgram.Spec("pieces", $"{4 * read}", "100000", $"{seed}") with { Name = "out", WhenFull = WindowFullPolicy.Block };
        await using TetheredProcess process = await home.StartAsync(spec);
        await using PatternReader reader = new(home, "out", seed);
        await reader.ReadToAsync(read);
        await Waits.UntilAsync(() => process.StandardOutput.Status.WaitsForReader, home.Bound);
        Waits.Kill(process.KeeperId);

        await using TetheredProcess again = await home.AttachAsync("out");
        ProcessExitStatus exit = await again.KillAsync(home.Bound);

        Assert.True(exit.OutputComplete);
        await Waits.ProcessIsGoneAsync(again.KeeperId, home.Bound);
        await reader.ReadToAsync(long.MaxValue);
        Assert.Equal(again.StandardOutput.Status.End, reader.Offset);
    }

    /// <summary>The pool's threads may be taken by other tests, and the output may be over before there is another one.</summary>
    private static Task<int> OnItsOwnThread(Func<Task<int>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static async Task<int> KillKeepersAsync(TestHome home, string name, CancellationToken done)
    {
        Random random = new(19);
        int killed = 0;
        while (killed < MostKills && !done.IsCancellationRequested)
        {
            ProcessRecord record = home.Record(name);
            if (record.State != ProcessState.Running)
            {
                await Task.Yield();
                continue;
            }

            Thread.SpinWait(random.Next(400_000));
            if (Programs.CommandLine(record.KeeperProcessId) is [_, "keep", var kept] && kept == name)
            {
                Waits.Kill(record.KeeperProcessId);
                killed++;
                await Waits.UntilAsync(() => done.IsCancellationRequested || home.Record(name).Adoptions > record.Adoptions, home.Bound);
            }
        }

        return killed;
    }
}
