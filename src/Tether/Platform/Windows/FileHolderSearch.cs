using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Goes through all handles of all processes that may be looked at, and what they execute and map.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class FileHolderSearch : IDisposable
{
    private const int IdleProcess = 0;
    private const int SystemProcess = 4;
    private const int NameLength = 32 * 1024;

    private readonly WantedFile _wanted;
    private readonly BoundedLooks _looks = new();
    private readonly Dictionary<int, RunningProcess> _processes = RunningProcess.All();
    private readonly ILookup<int, SystemHandle> _handles;
    private readonly List<ResourceHolder> _holders = [];
    private readonly List<Match> _matches = [];
    private readonly HashSet<int> _unseen = [];
    private readonly char[] _name = new char[NameLength];

    private FileHolderSearch(WantedFile wanted)
    {
        _wanted = wanted;
        List<SystemHandle> handles = SystemHandle.All();
        SystemHandle own = handles.Find(handle => IsOwn(handle));
        // Numbers of types differ between systems, and this one is a file's.
        _handles = handles
            .Where(handle => (own == default || handle.Type == own.Type) && !IsOwn(handle)).ToLookup(handle => handle.ProcessId);
    }

    internal static ResourceHolders Run(string path)
    {
        using WantedFile wanted = WantedFile.Open(path);
        using FileHolderSearch search = new(wanted);
        foreach (int id in search._processes.Keys.Where(id => id is not (IdleProcess or SystemProcess)).Order())
            search.LookAt(id);

        // Only when all have been looked at is it known which of their ancestors have it too.
        IEnumerable<ResourceHolder> holders = search._holders
            .Concat(search._matches.Select(search.Trace)).OrderBy(holder => holder.ProcessId).ThenBy(holder => holder.Descriptor);
        return new ResourceHolders { Resource = path, Holders = [.. holders], UnseenProcesses = search.CountUnseen() };
    }

    public void Dispose()
    {
        _looks.Dispose();
        foreach (Match match in _matches)
            match.Own.Dispose();
    }

    private bool IsOwn(SystemHandle handle) =>
        handle.ProcessId == Environment.ProcessId && handle.Value == _wanted.Handle.DangerousGetHandle();

    private void LookAt(int id)
    {
        using SafeProcessHandle process = Kernel32.OpenProcess(
            Kernel32.PROCESS_DUP_HANDLE | Kernel32.PROCESS_QUERY_INFORMATION, false, id);
        if (process.IsInvalid)
        {
            // Invalid is the number of a process that has ended.
            if (WindowsError.Last() != WindowsError.InvalidParameter)
                _unseen.Add(id);

            LookAtProgramOnly(id);
            return;
        }

        foreach (SystemHandle handle in _handles[id])
            LookAt(handle, process);

        if (_wanted.IsDirectory)
            return;

        if (Program(process) is { } program && _wanted.IsCalled(program))
            Add(id, ResourceUse.Executable, program);
        else if (!_looks.TryLook(() => FindMapping(process), out string? mapping))
            _unseen.Add(id);
        else if (mapping is not null)
            Add(id, ResourceUse.Mapping, mapping);
    }

    /// <summary>That may be seen of most processes.</summary>
    private void LookAtProgramOnly(int id)
    {
        using SafeProcessHandle process = Kernel32.OpenProcess(Kernel32.PROCESS_QUERY_LIMITED_INFORMATION, false, id);
        if (!process.IsInvalid && Program(process) is { } program && _wanted.IsCalled(program))
            Add(id, ResourceUse.Executable, program);
    }

    private void LookAt(SystemHandle handle, SafeProcessHandle process)
    {
        if (handle.Duplicate(process, out _) is not { } own)
            return;

        // Closed where it is looked at, as nobody else knows whether the look has ended.
        _looks.TryLook(
            () =>
            {
                if (_wanted.IsSame(own))
                    return new Match(handle, own, OpenFile.Path(own));

                own.Dispose();
                return null;
            },
            out Match? match);
        if (match is not null)
            _matches.Add(match);
    }

    private string? Program(SafeProcessHandle process)
    {
        uint length = NameLength;
        fixed (char* name = _name)
        {
            return Kernel32.QueryFullProcessImageName(process, Kernel32.PROCESS_NAME_NATIVE, name, &length)
                ? new string(name, 0, (int)length) : null;
        }
    }

    private string? FindMapping(SafeProcessHandle process)
    {
        // Its own: a look that is left behind may still write to it.
        char[] buffer = new char[NameLength];
        Kernel32.MemoryRegion region;
        nint last = 0;
        for (nint address = 0;
            Kernel32.VirtualQueryEx(process, address, &region, (nuint)sizeof(Kernel32.MemoryRegion)) != 0;
            address = region.Base + (nint)region.Size)
        {
            // A mapping has a region for each protection, all with one name.
            if (region.Type is Kernel32.MEM_MAPPED or Kernel32.MEM_IMAGE && region.AllocationBase != last)
            {
                last = region.AllocationBase;
                fixed (char* name = buffer)
                {
                    uint length = Kernel32.GetMappedFileName(process, last, name, NameLength);
                    if (length > 0 && new string(name, 0, (int)length) is var mapped && _wanted.IsCalled(mapped))
                        return mapped;
                }
            }
        }

        return null;
    }

    private void Add(int id, ResourceUse use, string target) => _holders.Add(new ResourceHolder
    {
        ProcessId = id,
        ProcessName = _processes[id].Name,
        Use = use,
        Target = OpenFile.Path(_wanted.Handle) ?? target,
    });

    /// <summary>
    /// Two handles to one open file come from one opening: by inheritance, or by a duplicate that one process gave to the other. What was
    /// inherited can be inherited again.
    /// </summary>
    private ResourceHolder Trace(Match match)
    {
        RunningProcess process = _processes[match.Handle.ProcessId];
        ResourceHolder holder = new()
        {
            ProcessId = process.Id,
            ProcessName = process.Name,
            Use = ResourceUse.Descriptor,
            Descriptor = (int)match.Handle.Value,
            Target = match.Path ?? OpenFile.Path(_wanted.Handle) ?? "",
            IsInheritable = match.Handle.IsInheritable,
        };
        bool isUnseen = false;
        for (RunningProcess? at = process.ParentIn(_processes); at is not null; at = at.ParentIn(_processes))
        {
            // The value is the same after an inheritance.
            Match? same = _matches
                .Where(other => other.Handle.ProcessId == at.Id && Kernel32.CompareObjectHandles(other.Own, match.Own))
                .OrderBy(other => other.Handle.Value != match.Handle.Value).FirstOrDefault();
            if (same is not null)
            {
                ResourceAncestor ancestor = new(at.Id, at.Name, (int)same.Handle.Value, IsCertain: true);
                return holder with { Origin = ResourceOrigin.Ancestor, Ancestor = ancestor };
            }

            isUnseen |= _unseen.Contains(at.Id);
        }

        bool isOrphan = process.ParentIn(_processes) is null;
        return holder with
        {
            HasUnseenAncestor = isUnseen,
            Origin = isOrphan && holder.IsInheritable ? ResourceOrigin.AncestorGone : ResourceOrigin.Unknown,
        };
    }

    private int CountUnseen()
    {
        _unseen.ExceptWith(_holders.Select(holder => holder.ProcessId));
        return _unseen.Count;
    }

    /// <param name="Handle">The holder's.</param>
    /// <param name="Own">This process's own, to the same open file.</param>
    /// <param name="Path">By which the file was opened.</param>
    private sealed record Match(SystemHandle Handle, SafeFileHandle Own, string? Path);
}
