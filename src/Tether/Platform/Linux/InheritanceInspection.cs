using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>One look at the descriptors of a process that have no close-on-exec.</summary>
[SupportedOSPlatform("linux")]
internal static class InheritanceInspection
{
    private const int FirstBeyondStandardStreams = 3;

    internal static InheritanceReport Run(int pid)
    {
        string name = ProcFs.Name(pid);
        List<int> numbers;
        MountTable mounts;
        try
        {
            numbers = ProcDescriptor.Numbers(pid);
            mounts = MountTable.Of(pid);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException($"The descriptors of process {pid} ({name}) cannot be seen: it is another user's, or protected. Look at it as its user or as root (sudo).", error);
        }
        catch (IOException) when (!Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}")))
        {
            throw new ProcessNotFoundException(pid);
        }

        SocketTable? sockets = null;
        List<InheritableDescriptor> descriptors = [];
        List<string> problems = [];
        foreach (int number in numbers.Where(number => number >= FirstBeyondStandardStreams))
        {
            try
            {
                if (ProcDescriptor.Read(pid, number) is { } descriptor && descriptor.ReadInfo() is { IsInheritable: true } info)
                {
                    descriptors.Add(Describe(descriptor, info, mounts, () => sockets ??= SocketsOf(pid)));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add($"Descriptor {number} could not be seen: {error.Message}");
            }
        }

        problems.AddRange(sockets?.Problems ?? []);
        return new InheritanceReport { ProcessId = pid, ProcessName = name, Descriptors = descriptors, Problems = problems };
    }

    private static InheritableDescriptor Describe(ProcDescriptor descriptor, DescriptorInfo info, MountTable mounts, Func<SocketTable> sockets)
    {
        NetworkSocket? socket = descriptor.SocketInode is { } inode ? sockets().Find(inode) : null;
        DescriptorKind kind = DescriptorClassification.KindOf(descriptor, socket);
        return new InheritableDescriptor
        {
            Number = descriptor.Number,
            Kind = kind,
            Target = DescriptorWords.Target(descriptor, info, socket),
            KeepsBusy = DescriptorWords.KeepsBusy(kind, descriptor, info, socket, mounts),
        };
    }

    private static SocketTable SocketsOf(int pid)
    {
        SocketTable sockets = new();
        sockets.Add(pid);
        return sockets;
    }
}
