using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Goes through all processes and everything by which one of them can hold a file or port.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HolderSearch
{
    private readonly IWanted _wanted;
    private readonly SocketTable _sockets = new();
    private readonly HashSet<string> _networks = [];
    private readonly List<ResourceHolder> _holders = [];
    private int _unseen;

    private HolderSearch(IWanted wanted) => _wanted = wanted;

    internal static ResourceHolders Run(string resource, IWanted wanted)
    {
        HolderSearch search = new(wanted);
        foreach (int pid in ProcFs.Processes().Order())
        {
            search.LookAt(pid);
        }

        return new ResourceHolders { Resource = resource, Holders = search._holders, UnseenProcesses = search._unseen };
    }

    private void LookAt(int pid)
    {
        int before = _holders.Count;
        bool all = Try(() => LookAtNetwork(pid));
        List<int> numbers = [];
        all &= Try(() => numbers = ProcDescriptor.Numbers(pid));
        foreach (int number in numbers)
        {
            all &= Try(() => LookAtDescriptor(pid, number));
        }

        if (_wanted.IsFile)
        {
            bool isExecutable = false;
            all &= Try(() => LookAtLink(pid, "cwd", ResourceUse.WorkingDirectory));
            all &= Try(() => LookAtLink(pid, "root", ResourceUse.RootDirectory));
            all &= Try(() => isExecutable = LookAtLink(pid, "exe", ResourceUse.Executable));
            all &= isExecutable || Try(() => LookAtMappings(pid));
        }

        // Ended, it holds nothing any more; a thread of the kernel is nobody's program. What is left may not be looked at.
        if (!all && _holders.Count == before && ProcFs.StartTicks(pid) is not null && !ProcFs.IsZombie(pid) && !ProcFs.IsKernelThread(pid))
        {
            _unseen++;
        }
    }

    /// <summary>One part that cannot be seen hides no other.</summary>
    private static bool Try(Action look)
    {
        try
        {
            look();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void LookAtNetwork(int pid)
    {
        if (_wanted.NeedsSockets && ProcLinks.Read($"/proc/{pid}/ns/net") is { } network && _networks.Add(network))
        {
            _sockets.Add(pid);
        }
    }

    private void LookAtDescriptor(int pid, int number)
    {
        if (ProcDescriptor.Read(pid, number) is not { } descriptor)
        {
            return;
        }

        NetworkSocket? socket = descriptor.SocketInode is { } inode ? _sockets.Find(inode) : null;
        if (_wanted.Matches(descriptor, socket) && descriptor.ReadInfo() is { } info)
        {
            ResourceHolder holder = new()
            {
                ProcessId = pid,
                ProcessName = ProcFs.Name(pid),
                Use = ResourceUse.Descriptor,
                Descriptor = number,
                Target = DescriptorWords.Target(descriptor, info, socket),
                IsInheritable = info.IsInheritable,
                Lock = DescriptorWords.LockOf(info),
            };
            _holders.Add(DescriptorOrigin.Trace(holder, descriptor, info));
        }
    }

    private bool LookAtLink(int pid, string name, ResourceUse use)
    {
        string path = $"/proc/{pid}/{name}";
        bool matches = ProcLinks.Status(path) is { } status && _wanted.Matches(status);
        if (matches)
        {
            Add(pid, use, ProcLinks.Read(path) ?? "");
        }

        return matches;
    }

    private void LookAtMappings(int pid)
    {
        foreach (string line in File.ReadLines($"/proc/{pid}/maps"))
        {
            // "addresses permissions offset major:minor inode path"
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 6 && fields[3].Split(':') is [var major, var minor]
                && _wanted.MatchesMapping(Convert.ToUInt32(major, 16), Convert.ToUInt32(minor, 16), ulong.Parse(fields[4], CultureInfo.InvariantCulture)))
            {
                Add(pid, ResourceUse.Mapping, fields[5]);
                return;
            }
        }
    }

    private void Add(int pid, ResourceUse use, string target) =>
        _holders.Add(new ResourceHolder { ProcessId = pid, ProcessName = ProcFs.Name(pid), Use = use, Target = target });
}
