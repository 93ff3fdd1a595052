using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>A program that cannot be started: one exception that names it and the reason, and no trace.</summary>
public sealed class FailureTests : IAsyncLifetime, IAsyncDisposable
{
    private const int ENOENT = 2;
    private const int E2BIG = 7;
    private const int ENOEXEC = 8;
    private const int EACCES = 13;
    private const int EISDIR = 21;
    private const int ETXTBSY = 26;
    private const int ENAMETOOLONG = 36;

    private readonly TestHome _home = new();
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("tether-failure-");

    public Task InitializeAsync() => Task.CompletedTask;

    // The form that xunit calls.
    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public Task StartAsync_MissingProgram_IsNotFound() => AssertFailsAsync("/no/such/program", StartFailure.ProgramNotFound, ENOENT);

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public Task StartAsync_NameNotInPath_IsNotFound() => AssertFailsAsync("no-such-program", StartFailure.ProgramNotFound, ENOENT);

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public Task StartAsync_FileWithoutExecutePermission_IsNotExecutable() =>
        AssertFailsAsync(Make("denied", "#!/bin/sh\n", UnixFileMode.UserRead), StartFailure.NotExecutable, EACCES);

    [Fact]
    public Task StartAsync_DirectoryAsProgram_IsDirectory() => AssertFailsAsync(_files.FullName, StartFailure.IsDirectory, EISDIR);

    [Fact]
    public Task StartAsync_TextWithoutInterpreter_IsBadFormat() => AssertFailsAsync(Make("text", "just text\n"), StartFailure.BadFormat, ENOEXEC);

    [Fact]
    public Task StartAsync_EmptyFile_IsBadFormat() => AssertFailsAsync(Make("empty", ""), StartFailure.BadFormat, ENOEXEC);

    [Fact]
    public Task StartAsync_GarbageBehindTheElfMagic_IsBadFormat() => AssertFailsAsync(Make("elf", "\u007fELF garbage"), StartFailure.BadFormat, ENOEXEC);

    [Fact]
    public Task StartAsync_MissingInterpreter_IsInterpreterNotFound() =>
        AssertFailsAsync(Make("script", "#!/no/such/interpreter\n"), StartFailure.InterpreterNotFound, ENOENT);

    /// <summary>Who has just downloaded or built it, and starts others on another thread, meets it (ETXTBSY of execve(2)).</summary>
    [Fact]
    public async Task StartAsync_FileThatIsOpenForWriting_IsNotExecutableAndSaysWhy()
    {
        string program = Make("written", "#!/bin/sh\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using FileStream open = new(program, FileMode.Open, FileAccess.Write, FileShare.None);
        ProcessStartException error = await AssertFailsAsync(new ProcessSpec(program), StartFailure.NotExecutable, ETXTBSY);
        Assert.Contains("open for writing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task StartAsync_ProgramsPathTooLong_IsPathTooLong() =>
        AssertFailsAsync("/" + string.Join('/', Enumerable.Repeat(new string('p', 200), 30)), StartFailure.PathTooLong, ENAMETOOLONG);

    [Trait("Conformance", "tst_qprocess")]
    [Theory]
    [InlineData("/no/such/directory")]
    [InlineData("")]
    public async Task StartAsync_WorkingDirectoryThatIsNone_IsWorkingDirectoryNotFound(string directory)
    {
        bool isFile = directory.Length == 0;
        directory = isFile ? TestSystem.Current.FileThatIsNoProgram.Path : Path.GetFullPath(directory);
        ProcessStartException error = await AssertFailsAsync(
            new ProcessSpec("cat") { WorkingDirectory = directory }, StartFailure.WorkingDirectoryNotFound, isFile ? 20 : ENOENT);
        Assert.Contains(directory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task StartAsync_OneArgumentTooLong_IsArgumentsTooLong() =>
        AssertFailsAsync(new ProcessSpec("cat", new string('a', 128 * 1024)), StartFailure.ArgumentsTooLong, E2BIG);

    [Fact]
    public Task StartAsync_ArgumentsTooLongTogether_IsArgumentsTooLong() =>
        AssertFailsAsync(new ProcessSpec("cat", Enumerable.Repeat(new string('a', 100_000), 100)), StartFailure.ArgumentsTooLong, E2BIG);

    [Fact]
    public Task StartAsync_ArgumentsBeyondEverySystem_IsArgumentsTooLong() =>
        AssertFailsAsync(new ProcessSpec("cat", Enumerable.Repeat(new string('a', 100_000), 200)), StartFailure.ArgumentsTooLong, E2BIG);

    [Fact]
    public async Task StartAsync_NameOfARunningProgram_IsInUse()
    {
        await using TetheredProcess running = await _home.StartAsync(new ProcessSpec("cat") { Name = "taken" });
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => _home.StartAsync(new ProcessSpec("sort") { Name = "taken" }));
        AssertNameInUse(error, "sort");
        Assert.Equal(running.Id, Assert.Single(await _home.ListAsync()).ProcessId);
        Traces.AssertNothingHidden(_home);
    }

    [Fact]
    public async Task StartAsync_NameOfAnEndedProgram_IsInUseUntilItIsRemoved()
    {
        await using (TetheredProcess ended = await _home.StartAsync(new ProcessSpec("true") { Name = "taken" }))
        {
            await ended.WaitForExitAsync(_home.Bound);
            await Traces.AssertNoKeeperAsync(_home, ended.KeeperId);
        }

        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => _home.StartAsync(new ProcessSpec("sort") { Name = "taken" }));
        AssertNameInUse(error, "sort");
        TetheredProcess.Remove("taken", _home.Options);
        await using TetheredProcess again = await _home.StartAsync(new ProcessSpec("true") { Name = "taken" });
        Assert.Equal(0, (await again.WaitForExitAsync(_home.Bound)).ExitCode);
    }

    [Fact]
    public async Task StartAsync_OneNameFrom16AtOnce_ExactlyOneHasIt()
    {
        Task<TetheredProcess>[] starts = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(() => _home.StartAsync(new ProcessSpec("cat") { Name = "wanted" })))];
        int started = 0;
        foreach (Task<TetheredProcess> start in starts)
        {
            try
            {
                await (await start).DisposeAsync();
                started++;
            }
            catch (ProcessStartException error)
            {
                Assert.Equal(StartFailure.NameInUse, error.Reason);
            }
        }

        Assert.Equal(1, started);
        Assert.Equal(ProcessState.Running, Assert.Single(await _home.ListAsync()).State);
        Traces.AssertNothingHidden(_home);
    }

    [Theory]
    [InlineData("pro\0gram", "argument", null, null)]
    [InlineData("cat", "argu\0ment", null, null)]
    [InlineData("cat", "argument", "/direc\0tory", null)]
    [InlineData("cat", "argument", null, "val\0ue")]
    public async Task StartAsync_NulAnywhere_IsRefused(string program, string argument, string? directory, string? value)
    {
        ProcessSpec spec = new(program, argument) { WorkingDirectory = directory, Environment = new Dictionary<string, string?> { ["NAME"] = value } };
        await Assert.ThrowsAsync<ArgumentException>(() => _home.StartAsync(spec));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A=B")]
    [InlineData("A\0B")]
    public async Task StartAsync_VariableWithImpossibleName_IsRefused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _home.StartAsync(new ProcessSpec("cat") { Environment = new Dictionary<string, string?> { [name] = "value" } }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Path));
    }

    [Fact]
    public async Task StartAsync_CancelledBefore_StartsNothing()
    {
        string name = Traces.UniqueName();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TetheredProcess.StartAsync(new ProcessSpec("cat") { Name = name }, _home.Options, new CancellationToken(canceled: true)));
        await Traces.AssertNoneAsync(_home, name);
    }

    private static void AssertNameInUse(ProcessStartException error, string program)
    {
        Assert.Equal((StartFailure.NameInUse, program), (error.Reason, error.Program));
        TestSystem.Current.AssertErrno(17, error.NativeErrorCode);
        Assert.Contains($"'{program}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'taken'", error.Message, StringComparison.Ordinal);
    }

    private Task<ProcessStartException> AssertFailsAsync(string program, StartFailure reason, int errno) => AssertFailsAsync(new ProcessSpec(program), reason, errno);

    private async Task<ProcessStartException> AssertFailsAsync(ProcessSpec spec, StartFailure reason, int errno)
    {
        string name = Traces.UniqueName();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => _home.StartAsync(spec with { Name = name }));
        Assert.Equal((reason, spec.Program), (error.Reason, error.Program));
        TestSystem.Current.AssertErrno(errno, error.NativeErrorCode);
        Assert.Contains($"'{spec.Program}'", error.Message, StringComparison.Ordinal);
        await Traces.AssertNoneAsync(_home, name);
        return error;
    }

    private string Make(string name, string contents, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute)
    {
        string path = Path.Combine(_files.FullName, name + TestSystem.Current.ExecutableSuffix);
        Executables.Write(path, contents, mode);
        return path;
    }
}
