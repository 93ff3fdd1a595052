using System.Runtime.Versioning;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Connects to a named pipe within a time-out: opening one fails while none of its instances is free.</summary>
[SupportedOSPlatform("windows")]
internal static class PipeConnector
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SlowestRetry = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Also who does not wait for a place in the queue waits so long: a server whose queue has one is without a free instance for a moment
    /// after each client.
    /// </summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    internal static LocalConnection Connect(LocalSocketOptions options)
    {
        string fullName = PipeName.Of(options.Name);
        TimeSpan limit = LimitOf(options);
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (TryOpen(fullName, options) is { } connection)
                return connection;

            TimeSpan left = LocalTimeout.Left(limit, start);
            if (left == TimeSpan.Zero)
                throw Busy(fullName, options);

            // Zero would mean the server's default. Another client may be faster, so a wait that succeeds only means to try again.
            Kernel32.WaitNamedPipe(fullName, left == Timeout.InfiniteTimeSpan ? 1000 : (uint)Math.Clamp(left.TotalMilliseconds, 1, 1000));
        }
    }

    internal static async ValueTask<LocalConnection> ConnectAsync(LocalSocketOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string fullName = PipeName.Of(options.Name);
        TimeSpan limit = LimitOf(options);
        long start = TimeProvider.System.GetTimestamp();
        for (TimeSpan retry = FirstRetry; ;)
        {
            if (TryOpen(fullName, options) is { } connection)
                return connection;

            TimeSpan left = LocalTimeout.Left(limit, start);
            if (left == TimeSpan.Zero)
                throw Busy(fullName, options);

            TimeSpan wait = left != Timeout.InfiniteTimeSpan && left < retry ? left : retry;
            await Task.Delay(wait, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            retry = retry * 2 < SlowestRetry ? retry * 2 : SlowestRetry;
        }
    }

    private static TimeSpan LimitOf(LocalSocketOptions options) =>
        options.ConnectTimeout == Timeout.InfiniteTimeSpan || options.ConnectTimeout > ShortestWait ? options.ConnectTimeout : ShortestWait;

    /// <summary>Null while all instances of the pipe are taken.</summary>
    private static PipeConnection? TryOpen(string fullName, LocalSocketOptions options)
    {
        SafePipeHandle? pipe = NamedPipe.TryOpen(
            fullName, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, Kernel32.FILE_FLAG_OVERLAPPED, out int error);
        return pipe is not null ? Finish(pipe, fullName, options) : error switch
        {
            WindowsError.PipeBusy => null,
            WindowsError.FileNotFound => throw new LocalSocketException(LocalSocketError.ServerNotFound,
                $"There is no server at '{fullName}'. Start it first, or check the name."),
            WindowsError.AccessDenied => throw new LocalSocketException(LocalSocketError.AccessDenied,
                $"Connecting to '{fullName}' is not permitted: the server listens for other users only."),
            _ => throw PipeErrors.Failed("Connecting to", fullName, error),
        };
    }

    private static PipeConnection Finish(SafePipeHandle pipe, string fullName, LocalSocketOptions options)
    {
        if (!options.AllowServerOfAnotherUser)
        {
            SecurityIdentifier? owner = PipeAccess.OwnerOf(pipe, out int error);
            if (!PipeAccess.IsOwn(owner))
            {
                pipe.Dispose();
                string whose = owner is null ? $"cannot be told whose it is (error {error})" : $"belongs to {owner}, not to this user";
                throw new LocalSocketException(LocalSocketError.PeerNotTrusted,
                    $"The pipe '{fullName}' {whose}, so nothing was sent to it. "
                    + $"If it is meant to be another user's, set {nameof(LocalSocketOptions)}.{nameof(LocalSocketOptions.AllowServerOfAnotherUser)}.");
            }
        }

        return new PipeConnection(pipe, isServer: false) { ServerName = options.Name, FullServerName = fullName };
    }

    private static LocalSocketException Busy(string fullName, LocalSocketOptions options) => new(LocalSocketError.TimedOut,
        $"The server at '{fullName}' had no place in its queue within {options.ConnectTimeout.TotalMilliseconds:0} ms. "
        + "It accepts too slowly, or not at all; a larger backlog or a longer time-out helps only in the first case.");
}
