using System.Text;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>Arguments arrive as they were given, to the byte.</summary>
public sealed class ArgumentTests
{
    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_ArgumentsOfEveryKind_ArriveExactly()
    {
        string[] arguments = ["", " ", "two words", "a\"b'c\\d", "$HOME `id` *", "line\nbreak\r\ttab", "äöü 日本 🎥", "--", "-n", "\u0001\u007f", ""];
        byte[][] expected = [Encoding.UTF8.GetBytes(ProgramReport.Path), "report"u8.ToArray(), .. arguments.Select(Encoding.UTF8.GetBytes)];
        await AssertArriveAsync(arguments, expected);
    }

    [Fact]
    public async Task StartAsync_LoneSurrogatesOfBytes_ArriveAsThoseBytes()
    {
        string everyHighByte = string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)(0xDC00 + value)));
        byte[] bytes = [.. Enumerable.Range(0x80, 0x80).Select(value => (byte)value)];
        byte[][] expected = [Encoding.UTF8.GetBytes(ProgramReport.Path), "report"u8.ToArray(), bytes, [.. "a"u8, 0xFF, .. "ä"u8]];
        await AssertArriveAsync([everyHighByte, "a\uDCFFä"], expected);
    }

    [Fact]
    public async Task StartAsync_OneMebibyteOfArguments_ArrivesExactly()
    {
        string[] arguments = [.. Enumerable.Range(0, 1024).Select(i => i.ToString("D1023"))];
        byte[][] expected = [Encoding.UTF8.GetBytes(ProgramReport.Path), "report"u8.ToArray(), .. arguments.Select(Encoding.UTF8.GetBytes)];
        await AssertArriveAsync(arguments, expected);
    }

    [Fact]
    public async Task StartAsync_ProgramFileNamedByNoText_IsStarted()
    {
        await using TestHome home = new();
        using RawDirectory directory = new();
        // The shell makes the link: .NET cannot name it.
        ProcessSpec link = new("sh", "-c", "ln -s /bin/echo \"$(printf '\\377echo')\"") { WorkingDirectory = directory.Path };
        await using (TetheredProcess made = await home.StartAsync(link))
        {
            Assert.Equal(0, (await made.WaitForExitAsync(home.Bound)).ExitCode);
        }

        await using TetheredProcess process = await home.StartAsync(directory.Path + "/\uDCFFecho", "hello");
        using StreamReader reader = new(process.StandardOutput.OpenRead());
        Assert.Equal("hello\n", await reader.ReadToEndAsync(home.Bound));
    }

    private static async Task AssertArriveAsync(string[] arguments, byte[][] expected)
    {
        await using TestHome home = new();
        // The report waits for the end of its input.
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec(ProgramReport.Path, ["report", .. arguments]));
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(expected, (await ProgramReport.OfAsync(home, process)).Arguments);
    }
}
