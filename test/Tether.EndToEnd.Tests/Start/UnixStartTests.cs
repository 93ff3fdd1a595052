using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>ProcessSpec.Unix: what the program has of it, what the system refuses, and that nothing else comes along.</summary>
[SupportedOSPlatform("linux")]
[Trait("Conformance", "tst_qprocess")]
public sealed class UnixStartTests
{
    private const int EPERM = 1;
    private const int EACCES = 13;
    private const UnixFileMode GroupWriteAndOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task UnixProcessParameters_EverythingAnOrdinaryUserMay_IsTheProgramsAndNothingElse()
    {
        await using TestHome home = new();
        await using TetheredProcess plain = await home.StartAsync(new ProcessSpec("cat"));
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            Unix = new UnixStartInfo
            {
                ArgumentZero = "other-name",
                Umask = GroupWriteAndOthers,
                Nice = 5,
                OomScoreAdjustment = 500,
                Limits = new Dictionary<UnixResource, UnixResourceLimit> { [UnixResource.NoFile] = new(100, 200), [UnixResource.FSize] = new(4096) },
                CoreDumps = false,
                IgnoredSignals = [(PosixSignal)13, PosixSignal.SIGHUP],
            },
        });
        int pid = process.Id;
        await Detachment.AssertAnswersAsync(home, plain);
        // It reads its input now; until then it may be loading its libraries, each by a descriptor.
        await process.StandardInput.WriteAsync(Encoding.UTF8.GetBytes("x"), home.Bound);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 1, home.Bound);
        Assert.Equal("other-name\0", await File.ReadAllTextAsync($"/proc/{pid}/cmdline", home.Bound));
        Assert.Equal(new FileInfo($"/proc/{plain.Id}/exe").LinkTarget, new FileInfo($"/proc/{pid}/exe").LinkTarget);
        Assert.Equal("cat", ProcInfo.Status(pid, "Name"));
        Assert.Equal("0027", ProcInfo.Status(pid, "Umask"));
        Assert.Equal("500", (await File.ReadAllTextAsync($"/proc/{pid}/oom_score_adj", home.Bound)).Trim());
        Assert.Equal("5", (await File.ReadAllTextAsync($"/proc/{pid}/stat", home.Bound)).Split(") ")[^1].Split(' ')[16]);
        Assert.Matches(@"Max open files +100 +200 ", ProcInfo.Limits(pid));
        Assert.Matches(@"Max file size +4096 +4096 ", ProcInfo.Limits(pid));
        Assert.Matches(@"Max core file size +0 ", ProcInfo.Limits(pid));
        Assert.Equal((1UL << 12) | 1, ProcInfo.Signals(pid, "SigIgn"));
        Assert.Equal(0UL, ProcInfo.Signals(pid, "SigBlk"));
        Assert.Equal(0UL, ProcInfo.Signals(pid, "SigCgt"));
        Assert.Equal(ProcInfo.Environment(plain.Id), ProcInfo.Environment(pid));
        Assert.Equal([0, 1, 2], ProcInfo.Descriptors(pid).Keys.Order());
        Assert.Equal((pid, pid, 0), (ProcInfo.Session(pid), ProcInfo.Group(pid), ProcInfo.Terminal(pid)));
        Assert.Equal(process.KeeperId, ProcInfo.Parent(pid));
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal(1, process.StandardOutput.Status.End);
    }

    [Fact]
    public async Task UnixProcessParameters_OneParameter_LeavesTheOthersAsAPlainStartHasThem()
    {
        await using TestHome home = new();
        await using TetheredProcess plain = await home.StartAsync(new ProcessSpec("cat"));
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Unix = new UnixStartInfo { Umask = UnixFileMode.None } });
        await Detachment.AssertAnswersAsync(home, plain);
        await Detachment.AssertAnswersAsync(home, process);
        Assert.Equal("0000", ProcInfo.Status(process.Id, "Umask"));
        Assert.Equal(ProcInfo.Limits(plain.Id), ProcInfo.Limits(process.Id));
        foreach (string key in (string[])["Uid", "Gid", "Groups", "CapEff", "NoNewPrivs", "SigIgn", "SigBlk", "SigCgt", "Threads", "Seccomp"])
        {
            Assert.Equal(ProcInfo.Status(plain.Id, key), ProcInfo.Status(process.Id, key));
        }
    }

    [Fact]
    public async Task UnixProcessParameters_SmallAddressSpace_BindsTheProgramAndNotTheWayToIt()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            Unix = new UnixStartInfo { Limits = new Dictionary<UnixResource, UnixResourceLimit> { [UnixResource.AS] = new(64 << 20) } },
        });
        Assert.Matches(@"Max address space +67108864 ", ProcInfo.Limits(process.Id));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task UnixProcessParameters_Identity_IsTheProgramsAndItsStreamsCanBeOpened()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "id -u; id -g; id -G; echo again > /dev/stdout; read line")
        {
            WorkingDirectory = "/", Unix = new UnixStartInfo { Identity = new UnixIdentity(65534, 65533, 1234, 65533) },
        });
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        byte[] text = new byte[35];
        int length = await reader.ReadAtLeastAsync(text, "65534\n65533\n65533 1234\nagain\n".Length, throwOnEndOfStream: false, home.Bound);
        Assert.Equal("65534\n65533\n65533 1234\nagain\n", Encoding.UTF8.GetString(text, 0, length));
        Assert.Equal("65534\t65534\t65534\t65534", ProcInfo.Status(process.Id, "Uid"));
        Assert.Equal("0000000000000000", ProcInfo.Status(process.Id, "CapEff"));
        Assert.Equal("SIGTERM", (await process.StopAsync(TimeSpan.FromSeconds(30), home.Bound)).SignalName);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task UnixProcessParameters_IdentityThatMayNotExecute_IsNotExecutable()
    {
        await using TestHome home = new();
        string program = Path.Combine(home.Path, "program");
        Executables.Write(program, "#!/bin/sh\n");
        ProcessStartException error = await FailsAsync(home, new ProcessSpec(program) { Unix = new UnixStartInfo { Identity = new UnixIdentity(65534, 65534) } });
        Assert.Equal((StartFailure.NotExecutable, EACCES, null), (error.Reason, error.NativeErrorCode, error.Parameter));
    }

    [Fact]
    public async Task ImpossibleUnixProcessParameters_LimitAboveTheKernels_IsRefusedByName()
    {
        await using TestHome home = new();
        ProcessStartException error = await FailsAsync(home, new ProcessSpec("cat")
        {
            // Above fs.nr_open, which not even root may.
            Unix = new UnixStartInfo { Limits = new Dictionary<UnixResource, UnixResourceLimit> { [UnixResource.NoFile] = new(UnixResourceLimit.Unlimited) } },
        });
        Assert.Equal((StartFailure.ParameterRefused, EPERM, "Limits"), (error.Reason, error.NativeErrorCode, error.Parameter));
        Assert.Contains("NoFile of unlimited (soft)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ImpossibleUnixProcessParameters_OrdinaryUser_IsToldWhichOne()
    {
        await using TestHome home = new();
        using AnotherUser user = new();
        (string Parameter, int Errno, string What)[] cases =
            [("Nice", EACCES, "nice value -20"), ("OomScoreAdjustment", EACCES, "OOM score adjustment -1000"), ("Identity", EPERM, "supplementary groups")];
        foreach ((string parameter, int errno, string what) in cases)
        {
            await using LauncherProcess launcher = await user.LaunchAsync(home, ["impossible=" + parameter], "cat");
            FailureReport failure = await launcher.FailToStartAsync();
            Assert.Equal(("ParameterRefused", errno), (failure.Reason, failure.Errno));
            Assert.Contains(what, failure.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(user.Home));
        }
    }

    [Theory]
    [InlineData("/etc/passwd", null, StartFailure.NotExecutable)]
    [InlineData("cat", "/no/such/directory", StartFailure.WorkingDirectoryNotFound)]
    public async Task SetChildProcessModifier_ProgramThatCannotBeStarted_FailsAsAPlainStartDoes(string program, string? directory, StartFailure reason)
    {
        await using TestHome home = new();
        ProcessSpec plain = new(program) { WorkingDirectory = directory };
        ProcessStartException error = await FailsAsync(home, plain with { Unix = new UnixStartInfo { Nice = 19 } });
        ProcessStartException expected = await FailsAsync(home, plain);
        Assert.Equal(reason, error.Reason);
        Assert.Equal((expected.Reason, expected.NativeErrorCode, expected.Message), (error.Reason, error.NativeErrorCode, error.Message));
    }

    [Fact]
    public async Task SetChildProcessModifier_FileThatOnlyExecCanJudge_FailsAsAPlainStartDoes()
    {
        await using TestHome home = new();
        DirectoryInfo files = Directory.CreateTempSubdirectory("tether-exec-");
        foreach (string contents in (string[])["just text\n", "#!/no/such/interpreter\n", ""])
        {
            string program = Path.Combine(files.FullName, $"p{contents.Length.ToString(CultureInfo.InvariantCulture)}");
            Executables.Write(program, contents);
            ProcessStartException error = await FailsAsync(home, new ProcessSpec(program) { Unix = new UnixStartInfo { Nice = 19 } });
            ProcessStartException expected = await FailsAsync(home, new ProcessSpec(program));
            Assert.Equal((expected.Reason, expected.NativeErrorCode, expected.Message), (error.Reason, error.NativeErrorCode, error.Message));
        }

        files.Delete(recursive: true);
    }

    private static async Task<ProcessStartException> FailsAsync(TestHome home, ProcessSpec spec)
    {
        string name = Traces.UniqueName();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(spec with { Name = name }));
        await Traces.AssertNoKeeperAsync(home, name);
        Assert.DoesNotContain(await home.ListAsync(), record => record.Name == name);
        Traces.AssertNothingHidden(home);
        return error;
    }
}
