using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>
/// In the place of the system's calls: remembers what is asked of it, has the system do it, and fails as the system would where a test says
/// so.
/// </summary>
internal sealed unsafe class RecordingPipeCalls : PipeCalls
{
    private readonly ConcurrentQueue<Creation> _creations = [];
    private readonly ConcurrentQueue<Opening> _openings = [];

    internal sealed record Creation(
        string Name, uint OpenMode, uint PipeMode, uint Instances, uint Size, string Security, bool IsInheritable);

    internal sealed record Opening(string Name, uint Access, uint Flags);

    internal Creation[] Creations => [.. _creations];

    internal Opening[] Openings => [.. _openings];

    /// <summary>The errors of the next creations, 0 for one that the system is to do; it does all behind them.</summary>
    internal ConcurrentQueue<int> CreationErrors { get; init; } = [];

    /// <summary>The error of every opening; 0 for none.</summary>
    internal int OpeningError { get; init; }

    internal override SafePipeHandle Create(
        string name, uint openMode, uint pipeMode, uint instances, uint size, Kernel32.SecurityAttributes* security, out int error)
    {
        _creations.Enqueue(new Creation(
            name, openMode, pipeMode, instances, size,
            SecurityText.Of(security->Descriptor, SecurityText.Owner | SecurityText.AccessList), security->InheritHandle != 0));
        return CreationErrors.TryDequeue(out error) && error != 0
            ? new SafePipeHandle(-1, ownsHandle: false)
            : SystemPipeCalls.Instance.Create(name, openMode, pipeMode, instances, size, security, out error);
    }

    internal override SafePipeHandle Open(string name, uint access, uint flags, out int error)
    {
        _openings.Enqueue(new Opening(name, access, flags));
        error = OpeningError;
        return error != 0 ? new SafePipeHandle(-1, ownsHandle: false) : SystemPipeCalls.Instance.Open(name, access, flags, out error);
    }
}
