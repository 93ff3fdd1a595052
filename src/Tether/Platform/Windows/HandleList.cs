using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>
/// The handles that one process gets, and no other. They have to be inheritable while it is created, and any CreateProcess of another
/// thread copies what is inheritable at that moment: <see cref="MakeInheritable"/> is for that moment only. Who shares its process with
/// threads of others, as a launcher does, passes no handle at all; the keeper, in which nobody else starts anything, passes the program's.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class HandleList : IDisposable
{
    private readonly List<SafeHandle> _held = [];
    private nint* _values;

    private HandleList()
    {
    }

    internal int Count { get; private set; }

    /// <summary>Where the values stand as long as this list lives: the list of attributes of a process only points to them.</summary>
    internal nint* Values => _values;

    /// <exception cref="ArgumentException">A handle is closed, or none: CreateProcess would only say "error 87".</exception>
    internal static HandleList Take(IEnumerable<SafeHandle> handles)
    {
        HandleList list = new();
        try
        {
            foreach (SafeHandle handle in handles)
                list.Add(handle);

            // One value twice is an error 87 too: output and error may well be one handle.
            nint[] values = [.. list._held.Select(handle => handle.DangerousGetHandle()).Distinct()];
            list._values = (nint*)NativeMemory.AllocZeroed((nuint)values.Length + 1, (nuint)sizeof(nint));
            foreach (nint value in values)
            {
                RequirePassable(value);
                list._values[list.Count++] = value;
            }

            return list;
        }
        catch
        {
            list.Dispose();
            throw;
        }
    }

    /// <summary>Makes the handles inheritable, and those that were not before no longer when the answer is disposed of.</summary>
    internal Scope MakeInheritable() => new(this);

    public void Dispose()
    {
        NativeMemory.Free(_values);
        _values = null;
        Count = 0;
        _held.ForEach(handle => handle.DangerousRelease());
        _held.Clear();
    }

    private void Add(SafeHandle handle)
    {
        if (handle.IsInvalid || handle.IsClosed)
            throw new ArgumentException("A handle for the program is invalid or closed. Keep it open until the program has started.");

        bool added = false;
        handle.DangerousAddRef(ref added);
        _held.Add(handle);
    }

    /// <summary>Refused are a value that is no handle (any more), and pseudo handles, which are in nobody's table.</summary>
    private static void RequirePassable(nint value)
    {
        uint flags;
        if (value is >= -6 and < 0 || !Kernel32.GetHandleInformation(value, &flags))
        {
            throw new ArgumentException(
                $"0x{value:x} for the program is no handle of this process. Pass one that is open, and no pseudo handle.");
        }
    }

    internal readonly struct Scope : IDisposable
    {
        private readonly HandleList _list;
        private readonly List<nint> _changed = [];

        internal Scope(HandleList list)
        {
            _list = list;
            for (int i = 0; i < list.Count; i++)
            {
                uint flags;
                nint value = list._values[i];
                bool isRead = Kernel32.GetHandleInformation(value, &flags);
                if (isRead && (flags & Kernel32.HANDLE_FLAG_INHERIT) != 0)
                    continue;

                if (!isRead || !Kernel32.SetHandleInformation(value, Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT))
                {
                    int error = WindowsError.Last();
                    Dispose();
                    throw new ArgumentException(
                        $"The handle 0x{value:x} cannot be given to a program: {WindowsError.Text(error)} (error {error}).");
                }

                _changed.Add(value);
            }
        }

        public void Dispose()
        {
            // The references that the list holds keep the values from being anything else by now.
            foreach (nint value in _changed)
                Kernel32.SetHandleInformation(value, Kernel32.HANDLE_FLAG_INHERIT, 0);

            _changed.Clear();
            GC.KeepAlive(_list);
        }
    }
}
