using System.Text;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.QtConformance;

/// <summary>What users of QProcess rely on when they read and write, for kept programs. The names are those of Qt's own tests.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class QProcessChannelTests
{
    public static TheoryData<string> Texts => ["H", "He", "Hello", "line\r\n\nline", "nul\0nul", new string('e', 100_000), ""];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task EchoTest_AnyBytes_ComeBack(string text)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await process.StandardInput.WriteTextAsync(text, home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(text, await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal("", await process.StandardError.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task EchoTest2_BothOutputs_AreKeptApart()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "while read -r l; do echo \"$l\"; echo \"$l\" >&2; done");
        await process.StandardInput.WriteTextAsync("Hello\nagain\n", home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("Hello\nagain\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal("Hello\nagain\n", await process.StandardError.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task LoopBackTest_LineByLine_EachComesBackBeforeTheNext()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        for (int i = 0; i < TestSystem.Current.Rounds(100); i++)
        {
            string line = $"{i}:{new string('x', i * 7)}\n";
            await process.StandardInput.WriteTextAsync(line, home.Bound);
            Assert.Equal(line, await output.ReadTextAsync(line.Length, home.Bound));
        }
    }

    [Fact]
    public async Task ReadTimeoutAndThenCrash_ReadGaveUp_LaterEndAndCrashAreTold()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "read line; kill -SEGV $$");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await output.ReadExactlyAsync(new byte[1], soon.Token));

        Task<int> reading = output.ReadAsync(new byte[1], home.Bound).AsTask();
        await process.StandardInput.WriteTextAsync("crash\n", home.Bound);

        Assert.Equal(0, await reading);
        TestSystem.Current.AssertCrashed(await process.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task DeadWhileReading_KilledInMidStream_ReaderGetsAllThatWasWrittenAndTheEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(
            new ProcessSpec(KeptTestProgram.Path, "lines", "1000000000") { WhenFull = WindowFullPolicy.Block });
        using StreamReader reader = new(process.StandardOutput.OpenRead(), Encoding.ASCII);
        for (int number = 0; number < 100_000; number++)
        {
            Assert.Equal($"{number:000000000}", await reader.ReadLineAsync(home.Bound));
        }

        await process.KillAsync(home.Bound);

        long length = 1_000_000 + (await reader.ReadToEndAsync(home.Bound)).Length;
        Assert.Equal(process.StandardOutput.Status.End, length);
    }

    [Fact]
    public async Task RestartProcessDeadlock_StartedAgainWhileItsEndIsHandled_Runs()
    {
        await using TestHome home = new();
        int starts = 0;
        await StartAsync();
        Assert.Equal(3, starts);

        async Task StartAsync()
        {
            await using TetheredProcess process = await home.StartAsync(new ProcessSpec("echo", "x") { Name = "again" });
            starts++;
            await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
            {
                if (happened.Kind == ProcessEventKind.Exited && starts < 3)
                {
                    TetheredProcess.Remove("again", home.Options);
                    await StartAsync();
                }
            }
        }
    }

    [Fact]
    public async Task CloseReadChannel_ReaderDisposedInMidStream_ProgramAndOtherChannelGoOn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "head -c 20000000 /dev/zero || exit 1; echo done >&2");
        await using (OutputReadStream output = process.StandardOutput.OpenRead())
        {
            await output.ReadExactlyAsync(new byte[1000], home.Bound);
        }

        Assert.Equal("done\n", await process.StandardError.ReadTextAsync(home.Bound));
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((0, 20_000_000), (exit.ExitCode, process.StandardOutput.Status.End));
    }

    [Fact]
    public async Task DiscardUnwantedOutput_NobodyEverReads_ProgramIsNeverHeldUp()
    {
        await using TestHome home = new();
        const string script = "head -c 20000000 /dev/zero && head -c 20000000 /dev/zero >&2";
        await using TetheredProcess process = await home.StartAsync("sh", "-c", script);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal((20_000_000, 20_000_000), (process.StandardOutput.Status.End, process.StandardError.Status.End));
    }

    [Fact]
    public async Task OpenModes_OfTheStreams_AreFixedAndInputIsClosedByCompleting()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        Assert.Equal((true, false), (output.CanRead, output.CanWrite));
        Assert.Equal((false, true), (process.StandardInput.CanRead, process.StandardInput.CanWrite));
        Assert.Throws<NotSupportedException>(() => output.WriteByte(1));
        Assert.Throws<NotSupportedException>(() => process.StandardInput.ReadByte());

        // What QIODevice::ReadOnly gives: a program that reads the end at once.
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(0, await output.ReadAsync(new byte[1], home.Bound));
        await Assert.ThrowsAsync<InputClosedException>(async () => await process.StandardInput.WriteTextAsync("x", home.Bound));
    }

    [Fact]
    public async Task EmitReadyReadOnlyWhenNewDataArrives_Events_TellEachPieceOnce()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        List<long> ends = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            if (happened.Kind == ProcessEventKind.Started)
            {
                await process.StandardInput.WriteTextAsync("a", home.Bound);
            }
            else if (happened.Kind == ProcessEventKind.OutputAvailable)
            {
                ends.Add(happened.End);
                // Neither reading nor not reading makes another one.
                if (ends.Count == 2)
                {
                    await process.StandardOutput.OpenRead().ReadTextAsync(2, home.Bound);
                }

                await (ends.Count < 4
                    ? process.StandardInput.WriteTextAsync("b", home.Bound).AsTask()
                    : process.StandardInput.CompleteAsync(home.Bound));
            }
        }

        Assert.Equal([1, 2, 3, 4], ends);
    }

    [Fact]
    public async Task AtEnd_ProgramStillRuns_ReaderThatDoesNotFollowEndsAtWhatThereIs()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo hello; exec cat");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 6, home.Bound);
        using StreamReader reader = new(process.StandardOutput.OpenRead(follow: false));
        Assert.Equal("hello", await reader.ReadLineAsync(home.Bound));
        Assert.Null(await reader.ReadLineAsync(home.Bound));
        Assert.Equal(ProcessState.Running, process.State);
    }

    [Fact]
    public async Task AtEnd2_ReadByteByByte_EndsExactlyBehindTheLastByte()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("printf", "abcdef\\n");
        await process.WaitForExitAsync(home.Bound);
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        while (output.Position < process.StandardOutput.Status.End)
        {
            Assert.NotEqual(-1, output.ReadByte());
        }

        Assert.Equal(7, output.Position);
        Assert.Equal(-1, output.ReadByte());
    }

    [Fact]
    public async Task SwitchReadChannels_InTurn_EachHasItsOwnPlace()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf ABCD; printf abcd >&2");
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        await using OutputReadStream error = process.StandardError.OpenRead();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("ABCD"[i..(i + 1)], await output.ReadTextAsync(1, home.Bound));
            Assert.Equal("abcd"[i..(i + 1)], await error.ReadTextAsync(1, home.Bound));
        }
    }

    [Fact]
    public async Task FinishProcessBeforeReadingDone_EndedAndLetGoOf_CanStillBeReadWhole()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(KeptTestProgram.Path, "lines", "100000") { Name = "ended" };
        await using (TetheredProcess starter = await home.StartAsync(spec))
        {
            await starter.WaitForExitAsync(home.Bound);
        }

        await using TetheredProcess process = await home.AttachAsync("ended");
        int number = 0;
        await foreach (string line in process.StandardOutput.ReadLinesAsync(home.Bound))
        {
            Assert.Equal($"{number++:000000000}", line);
        }

        Assert.Equal(100_000, number);
    }
}
