using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Protocol;

namespace Tether.Platform.Windows;

/// <summary>
/// A keeper that was just started, with nothing inherited, in no job of the launcher's where that is allowed, and with a hidden console of
/// its
/// own. It gets the name of a private pipe, connects to it, and the launcher looks that it is the keeper who did.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsKeeperLaunch : KeeperLaunch
{
    /// <summary>As a keeper's endpoint has it: the connection becomes a client's.</summary>
    private const uint BufferSize = Frame.InputCredit + (64 * 1024);

    private readonly WindowsProcess _keeper;
    private string? _end;

    private WindowsKeeperLaunch(WindowsProcess keeper, Stream connection)
    {
        _keeper = keeper;
        Connection = connection;
    }

    internal override Stream Connection { get; }

    /// <exception cref="ProcessStartException">The keeper cannot be started; the exception's program is the keeper.</exception>
    /// <exception cref="IOException">The pipe cannot be made.</exception>
    internal static async ValueTask<KeeperLaunch> StartAsync(string keeperPath, string name, CancellationToken cancellationToken)
    {
        string pipeName = PrivatePipe.NewName("start");
        SafePipeHandle pipe = PrivatePipe.Create(pipeName, Kernel32.PIPE_ACCESS_DUPLEX, isFirst: true, instances: 1, BufferSize);
        NamedPipeServerStream server = new(PipeDirection.InOut, isAsync: true, isConnected: false, pipe);
        WindowsProcess? keeper = null;
        try
        {
            keeper = Start(keeperPath, pipeName, name);
            await ConnectAsync(server, keeper, keeperPath, cancellationToken).ConfigureAwait(false);
            PipeConnection connection = new(server, pipe);
            return connection.Peer.ProcessId == keeper.ProcessId
                ? new WindowsKeeperLaunch(keeper, new LocalSocket(connection))
                : throw Failed(keeperPath, $"process {connection.Peer.ProcessId} answered in place of the keeper");
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            keeper?.Dispose();
            throw;
        }
    }

    /// <summary>The handles are made the keeper's by the launcher; what they are in the keeper stands behind the request.</summary>
    internal override async ValueTask SendAsync(byte[] request, IReadOnlyList<SafeHandle> handles, CancellationToken cancellationToken)
    {
        byte[] message = new byte[request.Length + (handles.Count * sizeof(long))];
        request.CopyTo(message, 0);
        for (int i = 0; i < handles.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(request.Length + (i * sizeof(long))), PassOn(handles[i]));
        }

        await Connection.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The keeper is started once; it is let go of, and its end told if it has come.</summary>
    internal override string ReapFirstCopy()
    {
        if (_end is null)
        {
            _end = _keeper.WaitForExit(TimeSpan.Zero) is { } code ? Describe(code) : "it closed its connection";
            _keeper.Dispose();
        }

        return _end;
    }

    public override void Dispose()
    {
        Connection.Dispose();
        _keeper.Dispose();
    }

    private static WindowsProcess Start(string keeperPath, string pipeName, string name)
    {
        try
        {
            return WindowsProcess.Start(new WindowsStart
            {
                Application = keeperPath,
                CommandLine = WindowsArguments.Join(keeperPath, ["keep", pipeName, name]),
                // The launcher's own directory would stay in use.
                WorkingDirectory = Environment.SystemDirectory,
                Environment = WindowsEnvironment.OfKeeper(),
                Flags = Kernel32.CREATE_NO_WINDOW,
                LeaveJob = true,
            });
        }
        catch (Win32Exception error)
        {
            StartFailure reason =
                WindowsError.IsOutOfResources(error.NativeErrorCode) ? StartFailure.OutOfResources : StartFailure.KeeperNotFound;
            throw new ProcessStartException(keeperPath, reason, error.NativeErrorCode, $"The keeper {error.Message}", error);
        }
    }

    /// <summary>By .NET's own stream: a wait that a thread has begun by itself would end with that thread.</summary>
    private static async Task ConnectAsync(
        NamedPipeServerStream server, WindowsProcess keeper, string keeperPath, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task connected = server.WaitForConnectionAsync(stop.Token);
        Task ended = WaitHandles.WhenSignalledAsync(keeper.Handle, stop.Token);
        await Task.WhenAny(connected, ended).ConfigureAwait(false);
        bool isConnected = connected.IsCompletedSuccessfully;
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(connected, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!isConnected)
        {
            throw Failed(keeperPath, keeper.WaitForExit(TimeSpan.Zero) is { } code
                ? $"it ended before it had connected ({Describe(code)})"
                : $"it could not be waited for ({connected.Exception?.InnerException?.Message})");
        }
    }

    private unsafe long PassOn(SafeHandle handle)
    {
        nint passed;
        return Kernel32.DuplicateHandle(
            Kernel32.GetCurrentProcess(), handle.DangerousGetHandle(), _keeper.Handle.DangerousGetHandle(), &passed, 0, false,
            Kernel32.DUPLICATE_SAME_ACCESS)
            ? passed
            : throw Refused(WindowsError.Last());
    }

    private static ProcessStartException Refused(int error) => new(
        "",
        StartFailure.RedirectionFailed,
        error,
        $"its handles cannot be passed on: {WindowsError.Text(error).TrimEnd('.')} (error {error}).");

    private static ProcessStartException Failed(string keeperPath, string problem) =>
        new(
            keeperPath,
            StartFailure.KeeperFailed,
            0,
            $"its keeper failed: {problem}. Run '{keeperPath} --version' to see whether the keeper itself works.");

    private static string Describe(uint code) => NtStatus.Name(code) is { } status
        ? string.Create(CultureInfo.InvariantCulture, $"it exited with code 0x{code:X8}, {status}")
        : $"it exited with code {code}";
}
