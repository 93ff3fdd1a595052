using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>What a handle is and keeps busy, in words. All of it may wait for ever: see <see cref="BoundedLooks"/>.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class HandleDescription
{
    private const string Unknown = "what is behind it is not known";
    private const int ShownPorts = 5;

    /// <summary>A handle that nothing can be asked of.</summary>
    internal static InheritableDescriptor OfUnseen(SystemHandle handle, string target) =>
        Of(handle, DescriptorKind.Other, target, Unknown);

    /// <param name="handle">As the system lists it.</param>
    /// <param name="own">A handle of this process to the same object.</param>
    /// <param name="processes">The names of processes.</param>
    internal static InheritableDescriptor Of(SystemHandle handle, SafeFileHandle own, Dictionary<int, RunningProcess> processes)
    {
        string type = Text(own, Ntdll.ObjectTypeInformation);
        return type == "File" ? OfFile(handle, own) : OfObject(handle, own, type, processes);
    }

    private static InheritableDescriptor OfFile(SystemHandle handle, SafeFileHandle own)
    {
        switch (Kernel32.GetFileType(own))
        {
            case Kernel32.FILE_TYPE_DISK:
                string path = OpenFile.Path(own) ?? "a file without a path";
                return OpenFile.IsDirectory(own)
                    ? Of(handle, DescriptorKind.Directory, path, $"the directory {path}: it cannot be removed or renamed")
                    : Of(handle, DescriptorKind.File, path,
                        $"the file {path}: to others it may be busy, and unless it was opened for that it cannot be deleted or renamed");
            case Kernel32.FILE_TYPE_PIPE when Kernel32.GetNamedPipeInfo(own, null, null, null, null):
                string name = OpenFile.DriversName(own).TrimStart('\\');
                return Of(handle, DescriptorKind.Pipe,
                    name.Length > 0 ? @"\\.\pipe\" + name : "a pipe without a name", KeptByPipe(handle.Access));
            case Kernel32.FILE_TYPE_PIPE:
                return OfSocket(handle);
            case Kernel32.FILE_TYPE_CHAR:
                uint mode;
                if (Kernel32.GetConsoleMode(own, &mode))
                    return Of(handle, DescriptorKind.Terminal, "the console", "the console: its window stays open");

                string device = Text(own, Ntdll.ObjectNameInformation) is { Length: > 0 } text ? text : "a device without a name";
                return Of(handle, DescriptorKind.Device, device, $"the device {device}: to others it may be busy");
            default:
                return Of(handle, DescriptorKind.Other, "a file of an unknown kind", Unknown);
        }
    }

    /// <summary>
    /// Only in the process that a socket belongs to can its address be asked for without touching it. Of others' processes there are the
    /// ports that they have.
    /// </summary>
    private static InheritableDescriptor OfSocket(SystemHandle handle)
    {
        if (handle.ProcessId == Environment.ProcessId && Winsock.Find(handle.Value) is { } socket)
            return Of(handle, socket.Kind, socket.Description, socket.KeepsBusy);

        string[] ports = [.. PortTable.Read().Where(row => row.ProcessId == handle.ProcessId).Select(row => row.Socket.Description)];
        string shown = string.Join("; ", ports.Take(ShownPorts)) + (ports.Length > ShownPorts ? "; ..." : "");
        return Of(handle, DescriptorKind.Socket, "a socket",
            "the socket, and its address if it has one" + (ports.Length > 0 ? $"; the process has {shown}" : ""));
    }

    private static InheritableDescriptor OfObject(
        SystemHandle handle, SafeFileHandle own, string type, Dictionary<int, RunningProcess> processes)
    {
        string word = type switch { "Mutant" => "mutex", "" => "object of an unknown type", _ => type.ToLowerInvariant() };
        if (type == "Process")
        {
            int id = Kernel32.GetProcessId(own);
            string process = string.Create(CultureInfo.InvariantCulture, $"process {id}");
            return Of(handle, DescriptorKind.Other,
                processes.TryGetValue(id, out RunningProcess? running) ? $"{process} ({running.Name})" : process,
                "nothing but the reference to the process");
        }

        string name = Text(own, Ntdll.ObjectNameInformation);
        string busy = type switch
        {
            "Thread" => "nothing but the reference to the thread",
            "Job" => "the job: what its last handle's end would end lives on",
            "Section" => "the memory, which is not freed, and the file behind it",
            _ when name.Length > 0 => $"the {word} {name}, which does not go away",
            "" => Unknown,
            _ => $"the {word}: a child can use it",
        };
        return Of(handle, DescriptorKind.Other, name.Length > 0 ? $"{word} {name}" : word, busy);
    }

    private static InheritableDescriptor Of(SystemHandle handle, DescriptorKind kind, string target, string keepsBusy) =>
        new() { Number = (int)handle.Value, Kind = kind, Target = target, KeepsBusy = keepsBusy };

    private static string KeptByPipe(uint access) => (access & Kernel32.FILE_READ_DATA, access & Kernel32.FILE_WRITE_DATA) is (> 0, > 0)
        ? "the pipe's end: its peer never sees that it is gone"
        : PipeWords.KeepsBusy((access & Kernel32.FILE_READ_DATA) != 0, (access & Kernel32.FILE_WRITE_DATA) != 0);

    /// <summary>OBJECT_NAME_INFORMATION and OBJECT_TYPE_INFORMATION begin with it.</summary>
    private static string Text(SafeFileHandle handle, int kind)
    {
        const int Length = 64 * 1024 + 1024;
        byte[] information = new byte[Length];
        fixed (byte* start = information)
        {
            return Ntdll.NtQueryObject(handle, kind, start, Length, null) == 0 ? ((Ntdll.UnicodeString*)start)->Text : "";
        }
    }
}
