using System.Security.Cryptography;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class SendTests
{
    [Fact]
    public async Task Send_Text_IsJoinedBySpacesAndALine()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "cat", "cat");
        (await home.CliAsync("send", "cat", "two", "words")).Succeeded();
        (await home.CliAsync("send", "cat", "-n", "no newline", "--eof")).Succeeded();
        Assert.Equal(0, (await home.CliAsync("wait", "cat")).ExitCode);
        Assert.Equal("two words\nno newline", (await home.CliAsync("logs", "cat")).Succeeded());
    }

    [Fact]
    public async Task Send_TextBehindTwoDashesThatIsNoUtf8_ArrivesByteForByte()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "cat", "cat");
        (await home.ShellAsync(@"tether send --eof cat -- -x $'\xff\xfe'")).Succeeded();
        await home.CliAsync("wait", "cat");
        byte[] output = (await home.CliAsync("logs", "cat")).OutputBytes;
        Assert.Equal<byte>([0x2d, 0x78, 0x20, 0xff, 0xfe, 0x0a], output);
    }

    [Fact]
    public async Task Send_BinaryOf1MiBFromStdin_ArrivesUnchanged()
    {
        await using TestHome home = new();
        byte[] bytes = new byte[1024 * 1024];
        RandomNumberGenerator.Fill(bytes.AsSpan(bytes.Length / 2));
        await home.CliAsync("run", "-n", "hash", "sha256sum");
        (await home.CliAsync(bytes, "send", "hash", "--eof")).Succeeded();
        Assert.Equal(0, (await home.CliAsync("wait", "hash")).ExitCode);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)) + "  -\n", (await home.CliAsync("logs", "hash")).Succeeded());
    }

    [Fact]
    public async Task Send_WithoutEof_LeavesTheInputOpen()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "cat", "cat");
        (await home.CliAsync([0, 1, 2], "send", "cat")).Succeeded();
        Assert.True(home.Record("cat").StandardInput.IsOpen);
        Assert.Equal(3, home.Record("cat").StandardInput.Position);
    }

    [Fact]
    public async Task Send_MistypedOption_IsNotSent()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "cat", "cat");
        (await home.CliAsync("send", "cat", "x", "--eoff")).Failed(2, "there is no option '--eoff'");
        Assert.Equal(0, home.Record("cat").StandardInput.Position);
    }

    [Fact]
    public async Task Send_ToAnEndedProgram_SaysThatItsInputIsClosed()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "ended", "true");
        (await home.CliAsync("send", "ended", "x")).Failed(1, "The standard input of 'ended' is closed; the program was given 0 bytes. It has ended: 'tether show ended' says how.");
    }
}
