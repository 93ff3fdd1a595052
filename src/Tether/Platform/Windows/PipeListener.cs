using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// A named pipe that listens. Each client needs an instance of its own, so a thread connects one after the other to the instance that is
/// free and puts them into a queue; the next instance is made before the last one is given away, so that the name is never free in
/// between, and nobody else can take it. While the queue is full there is no free instance, and clients wait for one: as many wait as may
/// be in the queue, and one more, as on Linux.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeListener : LocalListener
{
    internal const int BufferSize = 64 * 1024;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Arrival> _arrivals;
    private readonly LocalServerAccess _access;
    private readonly ManualResetEvent _stop = new(false);
    private readonly Lock _disposing = new();
    private readonly Thread _thread;
    private SafePipeHandle _pending;
    private bool _disposed;

    private PipeListener(string fullName, LocalServerOptions options)
    {
        FullName = fullName;
        _access = options.Access;
        _pending = CreateInstance(isFirst: true, out int error) ?? throw (error is WindowsError.AccessDenied or WindowsError.PipeBusy
            ? new LocalSocketException(LocalSocketError.NameInUse, $"Another server has the pipe '{fullName}'. Use another name, or end that server first.")
            : PipeErrors.Failed("Making the pipe", fullName, error));
        _arrivals = Channel.CreateBounded<Arrival>(options.Backlog);
        _thread = new Thread(Run) { IsBackground = true, Name = $"Tether: {fullName}" };
        _thread.Start();
    }

    private sealed record Arrival(PipeConnection? Connection, Exception? Failure);

    internal override string FullName { get; }

    internal override SafeHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(LocalServer));
            return _pending;
        }
    }

    internal static PipeListener Listen(LocalServerOptions options) => new(PipeName.Of(options.Name), options);

    /// <summary>A pipe is gone with its server, so there is never anything to remove.</summary>
    internal static void Remove(string name)
    {
        string fullName = PipeName.Of(name);
        if (Kernel32.WaitNamedPipe(fullName, 1) || WindowsError.Last() is not WindowsError.FileNotFound)
            throw new LocalSocketException(LocalSocketError.NameInUse, $"A live server has the pipe '{fullName}'. End that server to free the name.");
    }

    internal override LocalConnection Accept() => TryAccept(Timeout.InfiniteTimeSpan)!;

    internal override LocalConnection? TryAccept(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(LocalServer));
        using CancellationTokenSource limit = new();
        if (_arrivals.Reader.TryRead(out Arrival? arrival))
            return Taken(arrival);

        // Zero takes one that is there already: one that has connected and was not yet put into the queue is.
        limit.CancelAfter(timeout == TimeSpan.Zero ? RetryAfterFailure : timeout);
        try
        {
            return AcceptAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    internal override async ValueTask<LocalConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(LocalServer));
        try
        {
            return Taken(await _arrivals.Reader.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException ?? new ObjectDisposedException(nameof(LocalServer));
        }
    }

    public override void Dispose()
    {
        lock (_disposing)
        {
            if (_disposed)
                return;

            Volatile.Write(ref _disposed, true);
        }

        _stop.Set();
        _arrivals.Writer.TryComplete();
        if (Thread.CurrentThread != _thread)
            _thread.Join();

        _pending.Dispose();
        while (_arrivals.Reader.TryRead(out Arrival? arrival))
            arrival.Connection?.Dispose();

        _stop.Dispose();
    }

    private static PipeConnection Taken(Arrival arrival) => arrival.Connection ?? throw arrival.Failure!;

    private void Run()
    {
        try
        {
            ConnectAll();
        }
        catch (Exception error)
        {
            // On a thread of its own an exception would end the process; whoever accepts gets it.
            _arrivals.Writer.TryComplete(error);
        }
    }

    private void ConnectAll()
    {
        while (true)
        {
            int error = WaitForClient();
            if (error == WindowsError.OperationAborted)
                return;

            SafePipeHandle? connected = error == 0 ? _pending : null;
            // Before the next instance: that one would let a client in for whom there is no place.
            if (connected is not null && !WaitForRoom())
                return;

            SafePipeHandle? next = CreateInstance(isFirst: false, out int failure);
            while (next is null)
            {
                // Without a handle to spare: say so to whoever accepts, and go on as soon as there is one.
                if (!Put(new Arrival(null, PipeErrors.Failed("Making another instance of the pipe", FullName, failure)))
                    || _stop.WaitOne(RetryAfterFailure))
                {
                    connected?.Dispose();
                    return;
                }

                next = CreateInstance(isFirst: false, out failure);
            }

            SafePipeHandle last = _pending;
            _pending = next;
            if (connected is null)
            {
                last.Dispose();
                continue;
            }

            PipeConnection connection = new(connected, isServer: true);
            if (!Put(new Arrival(connection, null)))
            {
                connection.Dispose();
                return;
            }
        }
    }

    private bool Put(Arrival arrival)
    {
        while (!_arrivals.Writer.TryWrite(arrival))
        {
            if (!WaitForRoom())
                return false;
        }

        return true;
    }

    /// <summary>False when the server was disposed, which completes the queue.</summary>
    private bool WaitForRoom()
    {
        ValueTask<bool> room = _arrivals.Writer.WaitToWriteAsync();
        return room.IsCompleted ? room.Result : room.AsTask().GetAwaiter().GetResult();
    }

    /// <returns>0 for a client; OperationAborted when the server was disposed; else the error.</returns>
    private unsafe int WaitForClient()
    {
        using ManualResetEvent connected = new(false);
        NativeOverlapped* overlapped = (NativeOverlapped*)NativeMemory.AllocZeroed((nuint)sizeof(NativeOverlapped));
        try
        {
            overlapped->EventHandle = connected.SafeWaitHandle.DangerousGetHandle();
            int error = Kernel32.ConnectNamedPipe(_pending, overlapped) ? 0 : WindowsError.Last();
            if (error == WindowsError.IoPending)
            {
                if (WaitHandle.WaitAny([_stop, connected]) == 0)
                    Kernel32.CancelIoEx(_pending, overlapped);

                uint count;
                error = Kernel32.GetOverlappedResult(_pending, overlapped, &count, wait: true) ? 0 : WindowsError.Last();
            }

            // One that connected before, and one that connected, wrote and has gone already, are clients too.
            error = error is WindowsError.PipeConnected or WindowsError.NoData ? 0 : error;
            return Volatile.Read(ref _disposed) ? WindowsError.OperationAborted : error;
        }
        finally
        {
            NativeMemory.Free(overlapped);
        }
    }

    private SafePipeHandle? CreateInstance(bool isFirst, out int error) => NamedPipe.TryCreate(
        FullName, _access, Kernel32.PIPE_ACCESS_DUPLEX, isFirst, Kernel32.PIPE_UNLIMITED_INSTANCES, BufferSize, out error);
}
