using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>
/// A cleaner of temporary files takes a file of a record whose program runs. systemd-tmpfiles does not: it leaves out a directory that
/// somebody holds flock(2) on (tmpfiles.d(5), "Age"), which every keeper does. Others, such as tmpreaper or a script of the
/// administrator's, know nothing of that.
/// </summary>
public sealed class CleanerTests
{
    [Theory]
    [InlineData("socket", null)]
    [InlineData("stdin", null)]
    [InlineData("stdout", null)]
    [InlineData("stderr", null)]
    [InlineData("exit.json.new", null)]
    [InlineData("stdout.log", "stdout.log")]
    [InlineData("stderr.log", "stderr.log")]
    [InlineData("order.log", "order.log")]
    [InlineData("positions", "positions")]
    [InlineData("record.json", "record.json")]
    [InlineData("*", "record.json")]
    public async Task FileDeleted_ProgramRunsOn_WhoIsAttachedGoesOnAndOthersAreTold(string file, string? missing)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "cat; exit 7") { Name = "cleaned" });
        string[] files = Directory.GetFiles(Path.Combine(home.Path, "cleaned"), file);
        Assert.NotEmpty(files);
        Array.ForEach(files, File.Delete);

        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        await process.StandardInput.WriteTextAsync("one ", home.Bound);
        Assert.Equal("one ", await reader.ReadTextAsync(4, home.Bound));
        if (missing is null)
        {
            await using TetheredProcess another = await home.AttachAsync("cleaned");
            await another.StandardInput.WriteTextAsync("two ", home.Bound);
            Assert.Equal("one two ", await another.StandardOutput.OpenRead().ReadTextAsync(8, home.Bound));
            Assert.Equal("two ", await reader.ReadTextAsync(4, home.Bound));
        }
        else
        {
            CorruptRecordException error = await Assert.ThrowsAsync<CorruptRecordException>(() => home.AttachAsync("cleaned"));
            Assert.Contains($"'{missing}' is missing", error.Message, StringComparison.Ordinal);
        }

        Assert.True(Waits.IsAlive(process.KeeperId) && Waits.IsAlive(process.Id));
        await process.StandardInput.WriteTextAsync("three", home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("three", await reader.ReadTextAsync(5, home.Bound));
        Assert.Equal(7, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        if (missing is not ("record.json" or "positions"))
        {
            Assert.Equal((ProcessState.Exited, 7), (home.Record("cleaned").State, home.Record("cleaned").Exit?.ExitCode));
        }

        TetheredProcess.Remove("cleaned", home.Options);
        Assert.Empty(await home.ListAsync());
    }
}
