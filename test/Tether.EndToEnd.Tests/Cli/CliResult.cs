using System.Text;

namespace Tether.EndToEnd.Tests.Cli;

/// <summary>How a run of the command line ended.</summary>
internal sealed record CliResult(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Asserts success without a word on stderr, and returns stdout.</summary>
    public string Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return Output;
    }

    /// <summary>Asserts a failure: one line on stderr that starts with "tether: " and says <paramref name="part"/>, nothing on stdout.</summary>
    public void Failed(int code, string part)
    {
        Assert.StartsWith("tether: ", Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(part, Error, StringComparison.Ordinal);
        Assert.Equal("", Output);
        Assert.Equal(code, ExitCode);
    }
}
