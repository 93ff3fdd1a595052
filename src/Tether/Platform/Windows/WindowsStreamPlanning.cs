using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;

namespace Tether.Platform.Windows;

/// <summary>
/// From what a spec says of streams to what a keeper is told: paths made absolute here, and every handle looked at before anything is
/// started.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsStreamPlanning
{
    private static readonly uint[] StandardHandles = [Kernel32.STD_INPUT_HANDLE, Kernel32.STD_OUTPUT_HANDLE, Kernel32.STD_ERROR_HANDLE];

    /// <exception cref="ProcessStartException">A handle that is to be passed on is not open.</exception>
    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    internal static StreamPlan Create(ProcessSpec spec)
    {
        IReadOnlyList<SafeHandle> further = WindowsStartRequest.HandlesOf(spec);
        if (further.FirstOrDefault(handle => !IsOpen(handle)) is { } stale)
        {
            throw Failed(spec, $"0x{stale.DangerousGetHandle():x}, which it is to get, is no handle of this process that is open.");
        }

        StreamPlan plan = new()
        {
            Input = Target(spec.StandardInput, "standard input"),
            Output = Target(spec.StandardOutput, "standard output"),
            Error = Target(spec.StandardError, "standard error"),
            // Only how many there are: what they are found by are the variables of the request's last section.
            FurtherNumbers = [.. Enumerable.Range(0, further.Count)],
        };
        bool bothInFiles = plan is { Output: { Kind: ProcessStreamKind.File }, Error: { Kind: ProcessStreamKind.File } };
        if (bothInFiles && !(plan.Output.Append && plan.Error.Append)
            && WideString.Decode(plan.Output.Path).Equals(WideString.Decode(plan.Error.Path), StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"Standard output and standard error of '{spec.Program}' would overwrite each other in '{spec.StandardOutput.Path}'. "
                + "Set StandardError to MergeIntoStandardOutput, or append with both.");
        }

        return plan with { Handles = [.. Handles(spec), .. further] };
    }

    private static StreamTarget Target(ProcessStream stream, string what) => new()
    {
        Kind = stream.Kind,
        Path = stream.Path is { } path ? WideString.Encode(Path.GetFullPath(path), $"The path of {what}") : [],
        Append = stream.Append,
        ProcessName = stream.ProcessName ?? "",
    };

    private static List<SafeHandle> Handles(ProcessSpec spec)
    {
        List<SafeHandle> handles = [];
        string[] names = ["standard input", "standard output", "standard error"];
        ProcessStream[] streams = [spec.StandardInput, spec.StandardOutput, spec.StandardError];
        for (int i = 0; i < streams.Length; i++)
        {
            if (streams[i] is { Kind: ProcessStreamKind.Forwarded })
            {
                SafeFileHandle own = new(Kernel32.GetStdHandle(StandardHandles[i]), ownsHandle: false);
                handles.Add(IsOpen(own) ? own : throw Failed(
                    spec, $"this process has no {names[i]} that could be forwarded. Open one, or use ProcessStream.Null."));
            }
            else if (streams[i].Handle is { } handle)
            {
                handles.Add(IsOpen(handle) ? handle : throw Failed(
                    spec, $"the handle for its {names[i]} is not open. Keep it open until the start has returned."));
            }
        }

        return handles;
    }

    private static bool IsOpen(SafeHandle handle)
    {
        uint flags;
        return !handle.IsClosed && !handle.IsInvalid && handle.DangerousGetHandle() != 0
            && Kernel32.GetHandleInformation(handle.DangerousGetHandle(), &flags);
    }

    private static ProcessStartException Failed(ProcessSpec spec, string problem) =>
        new(spec.Program, StartFailure.RedirectionFailed, WindowsError.InvalidHandle, $"'{spec.Program}' cannot be started: {problem}");
}
