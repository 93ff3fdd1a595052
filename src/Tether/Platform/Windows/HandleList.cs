using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>
/// The handles that one process gets, and no other. They have to be inheritable while it is created, and any CreateProcess of another
/// thread copies what is inheritable at that moment. So ours are so only in here, and under a lock that all our own starts take.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class HandleList : IDisposable
{
    private readonly List<SafeHandle> _held = [];
    private readonly List<nint> _madeInheritable = [];

    private HandleList()
    {
    }

    internal nint[] Values { get; private set; } = [];

    /// <exception cref="ArgumentException">A handle is closed or no handle: CreateProcess would only say "error 87".</exception>
    internal static HandleList Take(IEnumerable<SafeHandle> handles)
    {
        HandleList list = new();
        try
        {
            foreach (SafeHandle handle in handles)
                list.Add(handle);

            list.Values = [.. list._held.Select(handle => handle.DangerousGetHandle()).Distinct()];
            foreach (nint value in list.Values)
                list.MakeInheritable(value);

            return list;
        }
        catch
        {
            list.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (nint value in _madeInheritable)
            Kernel32.SetHandleInformation(value, Kernel32.HANDLE_FLAG_INHERIT, 0);

        foreach (SafeHandle handle in _held)
            handle.DangerousRelease();
    }

    private void Add(SafeHandle handle)
    {
        if (handle.IsInvalid || handle.IsClosed)
            throw new ArgumentException("A handle for the program is invalid or closed. Keep it open until the program has started.");

        bool added = false;
        handle.DangerousAddRef(ref added);
        _held.Add(handle);
    }

    private unsafe void MakeInheritable(nint value)
    {
        uint flags;
        if (!Kernel32.GetHandleInformation(value, &flags))
            throw new ArgumentException($"The handle {value:x} for the program is not one of this process (error {WindowsError.Last()}).");

        if ((flags & Kernel32.HANDLE_FLAG_INHERIT) != 0)
            return;

        if (!Kernel32.SetHandleInformation(value, Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT))
            throw new ArgumentException($"The handle {value:x} cannot be given to a program (error {WindowsError.Last()}).");

        _madeInheritable.Add(value);
    }
}
