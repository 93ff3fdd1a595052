using System.Runtime.InteropServices;
using Tether.Client;
using Tether.Platform;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Launching;

/// <summary>
/// A start, seen from the launcher: a keeper is started with a private connection and nothing else, is sent the request over it, and
/// answers when the program runs and its record is on disk, or why not. The connection then becomes the first client's.
/// </summary>
internal static class Launcher
{
    /// <exception cref="ProcessStartException">The program was not started; nothing is left behind.</exception>
    /// <exception cref="UnsafeDirectoryException">The records' directory is not the user's alone.</exception>
    /// <exception cref="PlatformNotSupportedException">The specification asks for what another system has.</exception>
    internal static async Task<KeeperConnection> StartAsync(ProcessSpec spec, TetherOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostPlatform platform = HostPlatform.Current;
        spec.RequireSystem(OperatingSystem.IsWindows());
        string program = spec.Program;
        string name = spec.Name ?? RecordName.Generate(program);
        string keeper = KeeperLocator.Find(options, program);
        (byte[] request, IReadOnlyList<SafeHandle> handles, string startId) = Request(platform, spec, options.Home, name);
        KeeperLaunch launch = await LaunchAsync(platform, keeper, name, program, options.StartPatience).ConfigureAwait(false);
        KeeperConnection? connection = null;
        try
        {
            FrameReader frames = new(launch.Connection);
            RecordFile? record = await ExchangeAsync(launch, frames, request, handles, program, name, options.StartPatience).ConfigureAwait(false);
            string firstCopy = launch.ReapFirstCopy();
            if (record is null && await RescueAsync(options, name, startId).ConfigureAwait(false) is { } rescued)
            {
                launch.Dispose();
                return rescued;
            }

            if (record is null)
            {
                throw KeeperFailed(program, keeper, $"ended before it had answered ({firstCopy})");
            }

            connection = new KeeperConnection(launch.Connection, frames, record, options);
            return connection;
        }
        catch (OperationCanceledException error)
        {
            throw KeeperFailed(program, keeper, $"did not answer within {options.StartPatience.TotalSeconds:0} seconds; should it come to it after all, it will not start the program, or end it", error);
        }
        catch (ProtocolException error)
        {
            throw KeeperFailed(program, keeper, "answered with what is no answer: " + error.Message, error);
        }
        finally
        {
            if (connection is null)
            {
                launch.Dispose();
            }
        }
    }

    /// <summary>
    /// The keeper was killed before it had answered. When its record is there, another keeper finds out whether the program runs: then the
    /// start has succeeded all the same, and else the record is removed.
    /// </summary>
    private static async Task<KeeperConnection?> RescueAsync(TetherOptions options, string name, string startId)
    {
        using CancellationTokenSource patience = new(options.StartPatience);
        try
        {
            return RecordStore.Open(options.Home) is { } store && store.Find(name) is { Problem: null } && store.ReadRecordFile(name).StartId == startId
                ? await Attacher.ConnectAsync(store, name, options, patience.Token).ConfigureAwait(false)
                : null;
        }
        catch (TetherException)
        {
            // Nobody can tell more than that the keeper failed.
            return null;
        }
    }

    private static (byte[] Frame, IReadOnlyList<SafeHandle> Handles, string StartId) Request(HostPlatform platform, ProcessSpec spec, string home, string name)
    {
        byte[] payload;
        IReadOnlyList<SafeHandle> handles;
        string startId;
        try
        {
            StartRequest request = platform.CreateRequest(spec, platform.FindProgram(spec.File), home, name);
            startId = request.StartId;
            payload = request.Encode();
            handles = request.Streams.Handles;
        }
        catch (DirectoryNotFoundException error)
        {
            throw new ProcessStartException(spec.Program, StartFailure.WorkingDirectoryNotFound, 2, $"'{spec.Program}' cannot be started: this process's own working directory is gone. Set ProcessSpec.WorkingDirectory.", error);
        }

        return payload.Length <= Frame.MaximumStartRequest
            ? (Frame.Create(FrameType.Start, payload), handles, startId)
            : throw new ProcessStartException(spec.Program, StartFailure.ArgumentsTooLong, 7, $"'{spec.Program}' cannot be started: arguments and environment have {payload.Length} bytes together, and no system takes more than {Frame.MaximumStartRequest}.");
    }

    private static async ValueTask<KeeperLaunch> LaunchAsync(
        HostPlatform platform, string keeper, string name, string program, TimeSpan patience)
    {
        using CancellationTokenSource bound = new();
        try
        {
            ValueTask<KeeperLaunch> launch = platform.LaunchKeeperAsync(keeper, name, bound.Token);
            if (!launch.IsCompleted)
            {
                // Only then: a process's first time-out starts a thread, which nobody's keeper has to wait for.
                bound.CancelAfter(patience);
            }

            return await launch.ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            throw KeeperFailed(program, keeper, $"did not connect within {patience.TotalSeconds:0} seconds", error);
        }
        catch (IOException error)
        {
            // posix_spawn's attributes, or the socket pair: both fail only where the system has no more to give.
            throw new ProcessStartException(program, StartFailure.OutOfResources, error.HResult, $"'{program}' cannot be started: {error.Message}", error);
        }
        catch (ProcessStartException error)
        {
            throw new ProcessStartException(program, error.Reason, error.NativeErrorCode, $"'{program}' cannot be started: {error.Message}", error);
        }
    }

    /// <summary>The record of the started program; null when the keeper ended without an answer.</summary>
    private static async Task<RecordFile?> ExchangeAsync(
        KeeperLaunch launch, FrameReader frames, byte[] request, IReadOnlyList<SafeHandle> handles, string program, string name, TimeSpan patience)
    {
        // Not the caller's token: once the request is out, the program runs or does not, and the caller is told which.
        using CancellationTokenSource bound = new(patience);
        try
        {
            // First the read: when this process cannot wait for an answer, nothing is sent and so nothing started.
            Task<bool> answer = frames.ReadAsync(bound.Token).AsTask();
            if (!answer.IsFaulted)
            {
                await SendAsync(launch, request, handles, program, bound.Token).ConfigureAwait(false);
            }

            try
            {
                if (!await answer.ConfigureAwait(false))
                {
                    return null;
                }
            }
            catch (OperationCanceledException)
            {
                await GiveUpAsync(launch).ConfigureAwait(false);
                throw;
            }
        }
        catch (IOException)
        {
            // The keeper went away while its answer was read.
            return null;
        }
        catch (TypeInitializationException error)
        {
            // .NET makes what its sockets share once; without descriptors at that moment, no socket of the process ever works again.
            throw new ProcessStartException(
                program, StartFailure.OutOfResources, 0, $"'{program}' cannot be started: the .NET runtime could not make its sockets' engine in this process. Restart the process.", error);
        }

        switch (frames.Type)
        {
            case FrameType.Started:
                return ProtocolJson.Read<StartedMessage>(frames.Payload.Span).Record;
            case FrameType.StartFailed:
                StartFailedMessage failure = ProtocolJson.Read<StartFailedMessage>(frames.Payload.Span);
                launch.ReapFirstCopy();
                if (failure.UnsafeDirectory is { } directory)
                {
                    throw new UnsafeDirectoryException(directory.Path, directory.Reason, directory.Remedy);
                }

                string what = failure.Reason is StartFailure.NameInUse ? $"'{program}' cannot be started as '{name}'" : $"'{program}' cannot be started";
                string errno = $" ({HostPlatform.Current.ErrorWord} {failure.Errno})";
                errno = failure.Errno == 0 || failure.Message.EndsWith(errno, StringComparison.Ordinal) ? "" : errno;
                throw new ProcessStartException(program, failure.Reason, failure.Errno, $"{what}: {failure.Message}{errno}.")
                {
                    Parameter = failure.Parameter,
                };
            default:
                return null;
        }
    }

    /// <summary>
    /// A start that was reported as failed must not come later. The channel is a client's connection once the program runs, so a stop that
    /// kills at once waits in it; a keeper that finds anything behind the request does not even start (StartChannel.IsGivenUp).
    /// </summary>
    private static async Task GiveUpAsync(KeeperLaunch launch)
    {
        byte[] stop = ProtocolJson.Frame(FrameType.Stop, new StopMessage { Id = 0, GraceMilliseconds = 0 });
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(1));
        try
        {
            await launch.Connection.WriteAsync(stop, bound.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // It is gone; or the request was not taken whole, and then it never will be.
        }
    }

    private static async Task SendAsync(
        KeeperLaunch launch, byte[] request, IReadOnlyList<SafeHandle> handles, string program, CancellationToken cancellationToken)
    {
        try
        {
            await launch.SendAsync(request, handles, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessStartException error)
        {
            throw new ProcessStartException(program, error.Reason, error.NativeErrorCode, $"'{program}' cannot be started: {error.Message}", error);
        }
        catch (IOException)
        {
            // A keeper that fails before it reads says why all the same; and one that said nothing is met by the read that follows.
        }
    }

    private static ProcessStartException KeeperFailed(string program, string keeper, string how, Exception? innerException = null) => new(
        program, StartFailure.KeeperFailed, 0, $"'{program}' cannot be started: its keeper {how}. Run '{keeper} --version' to see whether the keeper itself works.", innerException);
}
