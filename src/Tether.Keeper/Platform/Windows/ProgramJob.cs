using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The job of the program and of all that comes from it: by it they are found, and ended together. Until the program's identity is on disk
/// they end with their keeper; after that only a tied program does.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class ProgramJob : IDisposable
{
    private readonly bool _allowsBreakaway;

    /// <param name="port">Is told when no process is left in it. That is a hint: Windows promises no message.</param>
    /// <param name="key">The key of that message.</param>
    /// <param name="allowsBreakaway">Whether what the program starts may leave it.</param>
    internal ProgramJob(CompletionPort port, nuint key, bool allowsBreakaway)
    {
        _allowsBreakaway = allowsBreakaway;
        Job = WindowsJob.Create(allowsBreakaway, killsOnClose: true);
        Job.TellTo(port.Handle, key);
    }

    internal WindowsJob Job { get; }

    internal IReadOnlyList<int> Processes => Job.Processes();

    /// <summary>From here on what is in it lives on without its keeper.</summary>
    internal void LetLive() => Job.SetLimits(_allowsBreakaway, killsOnClose: false);

    internal void Kill(uint exitCode) => Job.Terminate(exitCode);

    public void Dispose() => Job.Dispose();
}
