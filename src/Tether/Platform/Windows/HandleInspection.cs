using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>One look at the inheritable handles of a process.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class HandleInspection
{
    private const uint Access = Kernel32.PROCESS_DUP_HANDLE | Kernel32.PROCESS_QUERY_INFORMATION | Kernel32.PROCESS_VM_READ;

    internal static InheritanceReport Run(int processId)
    {
        Dictionary<int, RunningProcess> processes = RunningProcess.All();
        // Opening takes other numbers than a process's own for it too.
        string name = processes.GetValueOrDefault(processId)?.Name ?? throw new ProcessNotFoundException(processId);
        using SafeProcessHandle process = Kernel32.OpenProcess(Access, false, processId);
        if (process.IsInvalid)
        {
            int error = WindowsError.Last();
            throw error switch
            {
                WindowsError.AccessDenied => new UnauthorizedAccessException(
                    $"The handles of process {processId} ({name}) cannot be seen: it is another user's, or protected. "
                    + "Look at it as its user or as administrator."),
                WindowsError.InvalidParameter => new ProcessNotFoundException(processId),
                _ => WindowsError.Failed("Opening process", name, error),
            };
        }

        List<string> problems = [];
        HashSet<nint> standard = StandardHandles(process);
        if (standard.Count == 0)
            problems.Add("Which of the handles are its standard streams could not be seen.");

        using BoundedLooks looks = new();
        List<InheritableDescriptor> descriptors = [];
        foreach (SystemHandle handle in SystemHandle.All()
            .Where(handle => handle.ProcessId == processId && handle.IsInheritable && !standard.Contains(handle.Value))
            .OrderBy(handle => handle.Value))
        {
            if (Describe(handle, process, looks, processes, problems) is { } descriptor)
                descriptors.Add(descriptor);
        }

        return new InheritanceReport { ProcessId = processId, ProcessName = name, Descriptors = descriptors, Problems = problems };
    }

    /// <summary>Null when it was closed meanwhile.</summary>
    private static InheritableDescriptor? Describe(
        SystemHandle handle, SafeProcessHandle process, BoundedLooks looks, Dictionary<int, RunningProcess> processes,
        List<string> problems)
    {
        SafeFileHandle? own = handle.Duplicate(process, out int error);
        if (error == WindowsError.InvalidHandle)
            return null;

        if (own is null)
        {
            problems.Add($"Handle 0x{handle.Value:x} could not be seen: {WindowsError.Text(error)} (error {error}).");
            return HandleDescription.OfUnseen(handle, "an object that could not be seen");
        }

        // Closed where it is looked at, as nobody else knows whether the look has ended.
        bool isSeen = looks.TryLook(
            () =>
            {
                using (own)
                    return HandleDescription.Of(handle, own, processes);
            },
            out InheritableDescriptor? descriptor);
        return isSeen ? descriptor : HandleDescription.OfUnseen(handle, "a pipe, socket, console or file on which a call is waiting");
    }

    /// <summary>
    /// From the parameters that the process was started with, which GetStdHandle reads too. Empty when they cannot be read.
    /// </summary>
    private static HashSet<nint> StandardHandles(SafeProcessHandle process)
    {
        // PEB.ProcessParameters, and RTL_USER_PROCESS_PARAMETERS.StandardInput, StandardOutput and StandardError.
        int parametersAt = sizeof(nint) == 8 ? 0x20 : 0x10;
        int handlesAt = sizeof(nint) == 8 ? 0x20 : 0x18;
        Ntdll.ProcessBasics basics;
        nint parameters;
        nint* handles = stackalloc nint[3];
        int status = Ntdll.NtQueryInformationProcess(
            process, Ntdll.ProcessBasicInformation, &basics, (uint)sizeof(Ntdll.ProcessBasics), null);
        return status == 0
            && Kernel32.ReadProcessMemory(process, basics.Environment + parametersAt, &parameters, (nuint)sizeof(nint), null)
            && Kernel32.ReadProcessMemory(process, parameters + handlesAt, handles, (nuint)(3 * sizeof(nint)), null)
                ? [handles[0], handles[1], handles[2]] : [];
    }
}
