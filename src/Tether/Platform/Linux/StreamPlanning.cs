using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;

namespace Tether.Platform.Linux;

/// <summary>
/// From what a spec says of streams to what a keeper is told: paths made absolute here, and every descriptor looked at before anything is
/// started.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class StreamPlanning
{
    /// <exception cref="ProcessStartException">A descriptor that is to be passed on is not open, or its number is above the
    /// limit.</exception>
    /// <exception cref="ArgumentException">Both outputs would overwrite each other, or a path cannot be passed on.</exception>
    internal static StreamPlan Create(ProcessSpec spec, ulong descriptorLimit)
    {
        StreamPlan plan = new()
        {
            Input = Target(spec.StandardInput, "standard input"),
            Output = Target(spec.StandardOutput, "standard output"),
            Error = Target(spec.StandardError, "standard error"),
            FurtherNumbers = [.. spec.InheritedDescriptors.Keys.Order()],
        };
        bool bothInFiles = plan is { Output: { Kind: ProcessStreamKind.File }, Error: { Kind: ProcessStreamKind.File } };
        if (bothInFiles && !(plan.Output.Append && plan.Error.Append) && plan.Output.Path.AsSpan().SequenceEqual(plan.Error.Path))
        {
            throw new ArgumentException(
                $"Standard output and standard error of '{spec.Program}' would overwrite each other in '{spec.StandardOutput.Path}'. "
                + "Set StandardError to MergeIntoStandardOutput, or append with both.");
        }

        return plan with { Handles = Handles(spec, plan, descriptorLimit) };
    }

    private static StreamTarget Target(ProcessStream stream, string what) => new()
    {
        Kind = stream.Kind,
        Path = stream.Path is { } path ? ByteString.Encode(CurrentDirectory.Resolve(path), $"The path of {what}") : [],
        Append = stream.Append,
        ProcessName = stream.ProcessName ?? "",
    };

    private static List<SafeHandle> Handles(ProcessSpec spec, StreamPlan plan, ulong descriptorLimit)
    {
        List<SafeHandle> handles = [];
        ProcessStream[] streams = [spec.StandardInput, spec.StandardOutput, spec.StandardError];
        for (int number = 0; number < streams.Length; number++)
        {
            if (streams[number] is { Kind: ProcessStreamKind.Forwarded })
            {
                SafeFileHandle own = new(number, ownsHandle: false);
                handles.Add(IsOpen(own) ? own : throw Failed(
                    spec, $"this process has no descriptor {number} that could be forwarded. Open it, or use ProcessStream.Null."));
            }
            else if (streams[number].Handle is { } handle)
            {
                handles.Add(IsOpen(handle) ? handle : throw Closed(spec, number));
            }
        }

        foreach (int number in plan.FurtherNumbers)
        {
            SafeHandle handle = spec.InheritedDescriptors[number];
            handles.Add(IsOpen(handle) ? handle : throw Closed(spec, number));
            if ((ulong)number >= descriptorLimit)
            {
                throw Failed(
                    spec,
                    $"its descriptor {number} is above the limit of {descriptorLimit} descriptors: use a smaller one, or raise it (ulimit -n).");
            }
        }

        return handles;
    }

    private static bool IsOpen(SafeHandle handle) => !handle.IsClosed && !handle.IsInvalid && Libc.Fcntl(handle, Libc.F_GETFD, 0) >= 0;

    private static ProcessStartException Closed(ProcessSpec spec, int number) =>
        Failed(spec, $"the handle for its descriptor {number} is not open. Keep it open until the start has returned.");

    private static ProcessStartException Failed(ProcessSpec spec, string problem) =>
        new(spec.Program, StartFailure.RedirectionFailed, Errno.EBADF, $"'{spec.Program}' cannot be started: {problem}");
}
