namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>The exit of a program whose keeper was killed: it is not its new keeper's child.</summary>
internal static class AdoptedExit
{
    /// <summary>Earlier kernels tell only as long as nobody has reaped it (docs/failure-modes.md).</summary>
    private static readonly bool s_kernelTells = Environment.OSVersion.Version >= new Version(6, 15);

    /// <summary>It is this one; unknown only where the kernel does not tell it.</summary>
    internal static void AssertIs(int code, string? signal, ProcessExitStatus exit)
    {
        if (exit.IsKnown || s_kernelTells)
        {
            Assert.Equal((true, code, signal), (exit.IsKnown, exit.ExitCode, exit.SignalName));
        }
        else
        {
            Assert.Equal(-1, exit.ExitCode);
        }
    }
}
