using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <content>A thread that waits for an answer receives it itself.</content>
internal sealed partial class KeeperSocket
{
    /// <summary>Whether a thread receives here, so that it has to be told of what it does not see.</summary>
    private volatile bool _isDriven;
    private volatile int _driver;
    private int _drivers;
    private SafeFileHandle? _interruption;
    private BusyPoll _busyPoll;

    public bool TryReceiveUntil(Task task)
    {
        if (_tag == 0 || Interlocked.Exchange(ref _drivers, 1) != 0)
        {
            return false;
        }

        bool isHeld = false;
        try
        {
            Handle.DangerousAddRef(ref isHeld);
            _interruption ??= Libc.EventDescriptor(0, Libc.O_CLOEXEC | Libc.O_NONBLOCK);
            if (_interruption.IsInvalid)
            {
                _interruption.Dispose();
                _interruption = null;
                return false;
            }

            SocketReactor.Instance.Watch(this, _tag, 0);
            _driver = Environment.CurrentManagedThreadId;
            _isDriven = true;
            Interlocked.MemoryBarrier();
            ReceiveUntil(task);
            return true;
        }
        catch (ObjectDisposedException)
        {
            // Then the task ends by that.
            return true;
        }
        finally
        {
            if (isHeld)
            {
                _isDriven = false;
                _driver = 0;
                StopDriving();
                Handle.DangerousRelease();
            }

            // A fence: of this and a disposal on another thread, one sees the other.
            Interlocked.Exchange(ref _drivers, 0);
            if (Volatile.Read(ref _isDisposed))
            {
                FreeInterruption();
            }
        }
    }

    public unsafe void Interrupt()
    {
        if (!_isDriven || _interruption is not { } interruption)
        {
            return;
        }

        try
        {
            ulong one = 1;
            _ = Libc.Write(interruption, (byte*)&one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody receives here any more.
        }
    }

    /// <summary>When the socket was disposed, by who sees last that no thread receives here; none will any more.</summary>
    private void FreeInterruption()
    {
        if (Interlocked.Exchange(ref _drivers, 1) == 0)
        {
            _interruption?.Dispose();
        }
    }

    private unsafe void ReceiveUntil(Task task)
    {
        PollRequest* requests = stackalloc PollRequest[2];
        requests[0] = new PollRequest { Descriptor = (int)Handle.DangerousGetHandle(), Events = Libc.POLLIN };
        requests[1] = new PollRequest { Descriptor = (int)_interruption!.DangerousGetHandle(), Events = Libc.POLLIN };
        while (!task.IsCompleted && !Volatile.Read(ref _isDisposed))
        {
            if (!LookAgain(requests) && Libc.Poll(requests, 2, Timeout.Infinite) < 0)
            {
                // A handled signal ends the wait (signal(7)).
                continue;
            }

            if (requests[1].Happened != 0)
            {
                ulong count;
                _ = Libc.Read(_interruption, (byte*)&count, sizeof(ulong));
            }

            if (requests[0].Happened != 0 && !OnReady(reactor: null))
            {
                // The end was received, and what follows from it is on its way on another thread.
                return;
            }
        }
    }

    private unsafe bool LookAgain(PollRequest* requests)
    {
        long end = _busyPoll.Begin();
        if (end == 0)
            return false;

        bool found;
        do
        {
            found = Libc.Poll(requests, 2, 0) > 0;
        }
        while (!found && BusyPoll.GoesOn(end));

        _busyPoll.Ended(end, found);
        return found;
    }

    private void StopDriving()
    {
        try
        {
            SocketReactor.Instance.Watch(this, _tag, Libc.EPOLLIN);
        }
        catch (ObjectDisposedException)
        {
            // Nobody receives here any more.
        }
    }
}
