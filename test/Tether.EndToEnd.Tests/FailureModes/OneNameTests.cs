using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>One name wanted by two processes at once, and a name that is used again right after the end of its program.</summary>
public sealed class OneNameTests
{
    [Fact]
    public async Task StartAsync_OneNameFromTwoProcessesAtOnce_ExactlyOneHasItAndNothingIsLeftOfTheOthers()
    {
        const int threads = 8;
        await using TestHome home = new(120);
        for (int round = 0; round < 5; round++)
        {
            string name = Traces.UniqueName();
            string seconds = Programs.UniqueSeconds();
            string[] options = [$"threads={threads}", $"name={name}"];
            await using LauncherProcess first = await LauncherProcess.StartAsync(home, options, ["sleep", seconds]);
            await using LauncherProcess second = await LauncherProcess.StartAsync(home, options, ["sleep", seconds]);
            await Task.WhenAll(first.SendAsync("start"), second.SendAsync("start"));
            List<string> reports = [];
            for (int i = 0; i < threads; i++)
            {
                reports.Add(await first.ReadLineAsync());
                reports.Add(await second.ReadLineAsync());
            }

            FailureReport[] failures = [.. reports.Select(LauncherProcess.FailureOf).OfType<FailureReport>()];
            Assert.Equal((2 * threads) - 1, failures.Length);
            Assert.All(failures, failure => Assert.Equal(nameof(StartFailure.NameInUse), failure.Reason));
            Assert.Equal(ProcessState.Running, home.Record(name).State);
            Traces.AssertNothingHidden(home);
            // The keepers of the others are on their way out.
            await Waits.UntilAsync(() => ProcInfo.Keepers(name).Count == 1, home.Bound);
            Assert.Equal([home.Record(name).ProcessId], Programs.With(seconds).Where(pid => Programs.CommandLine(pid) is ["sleep", ..]));
        }
    }

    [Fact]
    public async Task StartAsync_NameOfAProgramThatJustEnded_OldHandlesNeverTouchTheNewProgram()
    {
        await using TestHome home = new(120);
        ProcessSpec spec = new("cat") { Name = "again" };
        TetheredProcess old = await home.StartAsync(spec);
        for (int i = 0; i < 50; i++)
        {
            ProcessExitStatus exit = await old.KillAsync(home.Bound);
            await using TetheredProcess late = await home.AttachAsync("again");
            TetheredProcess.Remove("again", home.Options);
            TetheredProcess next = await home.StartAsync(spec);
            foreach (TetheredProcess handle in (TetheredProcess[])[old, late])
            {
                await Assert.ThrowsAnyAsync<TetherException>(() => handle.SignalAsync(Signals.Parse("KILL"), home.Bound));
                await Assert.ThrowsAsync<InputClosedException>(() => handle.StandardInput.WriteTextAsync("not for it", home.Bound).AsTask());
                Assert.Throws<RecordNotFoundException>(handle.GetRecord);
            }

            Assert.Equal(exit, await old.KillAsync(home.Bound));
            await next.StandardInput.WriteTextAsync("for it", home.Bound);
            Assert.Equal("for it", await next.StandardOutput.OpenRead().ReadTextAsync(6, home.Bound));
            Assert.Equal(ProcessState.Running, home.Record("again").State);
            await old.DisposeAsync();
            old = next;
        }

        await old.DisposeAsync();
    }
}
