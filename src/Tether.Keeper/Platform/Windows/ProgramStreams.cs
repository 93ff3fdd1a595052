using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// The standard handles of a program that is about to be started, and the keeper's ends of those streams that it keeps. The program's side
/// is the program's alone: after the start the keeper lets go of it (<see cref="Dispose"/>), so that its end shows.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class ProgramStreams : IDisposable
{
    private readonly List<SafeHandle> _programs = [];
    private readonly List<RedirectedFile> _files = [];
    private readonly StreamPlan _plan;

    private ProgramStreams(StreamPlan plan) => _plan = plan;

    /// <summary>The keeper's end of a kept input; null when it is not kept.</summary>
    internal InputPipe? Input { get; private set; }

    /// <summary>The keeper's ends of stdout and stderr; null for one that is not kept.</summary>
    internal OutputPipe?[] Outputs { get; } = [null, null];

    /// <summary>The program's standard handles.</summary>
    internal IReadOnlyList<SafeHandle> Standard { get; private set; } = [];

    /// <summary>What the launcher passed on beside them.</summary>
    internal IReadOnlyList<SafeHandle> Further { get; private set; } = [];

    /// <param name="plan">What the streams are to be.</param>
    /// <param name="passedOn">The launcher's handles, in the order of the plan. They are this object's from now on.</param>
    /// <exception cref="StartFailedException">Something cannot be opened; no file was made or emptied.</exception>
    /// <exception cref="IOException">A pipe cannot be made.</exception>
    internal static ProgramStreams Open(StreamPlan plan, IReadOnlyList<SafeHandle> passedOn)
    {
        ProgramStreams streams = new(plan);
        streams._programs.AddRange(passedOn);
        try
        {
            streams.Open(new Queue<SafeHandle>(passedOn));
            return streams;
        }
        catch
        {
            streams.Undo();
            throw;
        }
    }

    /// <summary>In the journal too, a stream that is not kept is at its end before the start is told.</summary>
    internal void CloseUnkept(SessionJournal journal)
    {
        if (Input is null)
        {
            journal.WriteInput(0, 0, isOpen: false);
        }

        if (Outputs[0] is null)
        {
            journal.StandardOutput.Close();
        }

        if (Outputs[1] is null)
        {
            journal.StandardError.Close();
        }

        if (Outputs is [null, null])
        {
            journal.Order.Close();
        }
    }

    /// <summary>The program is there, and has not run yet.</summary>
    internal void EmptyFiles() => _files.ForEach(file => file.Empty());

    /// <summary>The program was not started: nothing is kept, and files that were made for it go.</summary>
    internal void Undo()
    {
        Input?.Dispose();
        Outputs[0]?.Dispose();
        Outputs[1]?.Dispose();
        Dispose();
        _files.ForEach(file => file.Remove());
    }

    /// <summary>Lets go of the program's side.</summary>
    public void Dispose() => _programs.ForEach(handle => handle.Dispose());

    private void Open(Queue<SafeHandle> passedOn)
    {
        SafeHandle input = Target(_plan.Input, "standard input", isRead: true, passedOn, () =>
        {
            Input = new InputPipe();
            return Input.OpenProgramsEnd();
        });
        SafeHandle output = Target(_plan.Output, "standard output", isRead: false, passedOn, () => OpenKept(OutputStream.StandardOutput));
        SafeHandle error = _plan.Error.Kind == ProcessStreamKind.Merged
            ? output
            : Target(_plan.Error, "standard error", isRead: false, passedOn, () => OpenKept(OutputStream.StandardError));
        Standard = [input, output, error];
        Further = [.. passedOn];
    }

    private SafeHandle Target(StreamTarget target, string what, bool isRead, Queue<SafeHandle> passedOn, Func<SafeHandle> openKept)
    {
        switch (target.Kind)
        {
            case ProcessStreamKind.Null:
                return Own(OpenNull(isRead));
            case ProcessStreamKind.File:
                RedirectedFile file = RedirectedFile.Open(target, what, isRead);
                _files.Add(file);
                return Own(file.Handle);
            case ProcessStreamKind.Kept:
                return Own(openKept());
            default:
                return passedOn.Dequeue();
        }
    }

    private SafePipeHandle OpenKept(OutputStream stream)
    {
        OutputPipe pipe = new(stream);
        Outputs[(int)stream - 1] = pipe;
        return pipe.OpenProgramsEnd();
    }

    private static SafeFileHandle OpenNull(bool isRead)
    {
        SafeFileHandle handle = Kernel32.CreateFile(
            "NUL", isRead ? Kernel32.GENERIC_READ : Kernel32.GENERIC_WRITE, Kernel32.FILE_SHARE_ALL, null, Kernel32.OPEN_EXISTING, 0, 0);
        return handle.IsInvalid ? throw WindowsError.Failed("Opening", "NUL", WindowsError.Last()) : handle;
    }

    private SafeHandle Own(SafeHandle handle)
    {
        _programs.Add(handle);
        return handle;
    }
}
