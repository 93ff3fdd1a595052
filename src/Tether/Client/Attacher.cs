using Microsoft.Extensions.Logging;
using Tether.Launching;
using Tether.Platform;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Client;

/// <summary>Connects to the keeper of a record.</summary>
internal static partial class Attacher
{
    /// <summary>How long a keeper has to make its socket's file again, or to get through its start or its end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string OtherVersion = "Use a Tether of the version that started the program; the program runs on.";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The connection; null when there is no keeper any more, and the record says the rest. A refused connection or a missing socket alone
    /// says nothing: the record's lock does. A program whose keeper was killed gets a new one.
    /// </summary>
    /// <exception cref="ConnectionLostException">The keeper lives but cannot be reached.</exception>
    internal static async Task<KeeperConnection?> ConnectAsync(RecordStore store, string name, TetherOptions options, CancellationToken cancellationToken)
    {
        string directory = store.DirectoryOf(name);
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        bool restored = false;
        bool isUnanswered = false;
        Exception? problem = null;
        while (HostPlatform.Current.IsRecordLocked(directory) is { } isKept)
        {
            if (!isKept)
            {
                if (Environment.TickCount64 <= deadline && Adopter.IsNeeded(store, name))
                {
                    if (!await Adopter.TryAsync(store.Home, name, options, cancellationToken).ConfigureAwait(false))
                    {
                        return null;
                    }
                }
                else if (HostPlatform.Current.IsRecordLocked(directory) != true)
                {
                    return null;
                }

                // It has a keeper by now, by this client or by another that came at the same time.
                continue;
            }

            RecordFile record = store.ReadRecordFile(name);
            try
            {
                // The program's identity is on disk a moment after the record is.
                if (record.ProcessId != 0)
                {
                    return await ConnectAsync(directory, record, options, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (TimeoutException error)
            {
                // A second connection, as the first may be at fault; a third would tell no more.
                Log.Unanswered(options.LoggerFactory, name, record.KeeperProcessId, options.AnswerPatience);
                if (isUnanswered)
                {
                    throw new ConnectionLostException(name, $"its keeper (PID {record.KeeperProcessId}) lives but has not answered on either of two connections within {options.AnswerPatience.TotalSeconds:0.#} seconds. See whether it is stopped, by a debugger, a signal or a frozen control group", error);
                }

                isUnanswered = true;
                deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
                continue;
            }
            catch (LocalSocketException error) when (error.Error == LocalSocketError.PeerNotTrusted)
            {
                // Who has taken the keeper's place does not go away by waiting.
                throw new ConnectionLostException(name, error.Message.TrimEnd('.'), error);
            }
            catch (LocalSocketException error)
            {
                problem = error;
                // A cleaner took the socket's file, or the keeper is just ending.
                restored = restored || HostPlatform.Current.TryRestoreEndpoint(record);
            }
            catch (IOException error)
            {
                problem = error;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new ConnectionLostException(name, $"its keeper (PID {record.KeeperProcessId}) lives but does not answer on '{HostPlatform.Current.EndpointOf(directory, record)}'", problem);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static async Task<KeeperConnection> ConnectAsync(string directory, RecordFile record, TetherOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.AnswerPatience);
        Stream? connection = null;
        try
        {
            connection = await HostPlatform.Current.ConnectAsync(directory, record, patience.Token).ConfigureAwait(false);
            HelloMessage hello = new()
            {
                Magic = Frame.Magic,
                MinimumVersion = Frame.ProtocolVersion,
                MaximumVersion = Frame.ProtocolVersion,
                Client = "Tether for .NET",
            };
            await connection.WriteAsync(ProtocolJson.Frame(FrameType.Hello, hello), patience.Token).ConfigureAwait(false);
            FrameReader frames = new(connection);
            WelcomeMessage welcome = await WelcomeAsync(frames, record, patience.Token).ConfigureAwait(false);
            return new KeeperConnection(connection, frames, record, options, welcome);
        }
        catch (Exception error)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The keeper has not answered a hello.", error);
            }

            throw;
        }
    }

    private static async Task<WelcomeMessage> WelcomeAsync(FrameReader frames, RecordFile record, CancellationToken cancellationToken)
    {
        try
        {
            if (!await frames.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new IOException("The keeper closed the connection before its welcome.");
            }

            switch (frames.Type)
            {
                case FrameType.Welcome:
                    WelcomeMessage welcome = ProtocolJson.Read<WelcomeMessage>(frames.Payload.Span);
                    return welcome.Magic == Frame.Magic && welcome.Version == Frame.ProtocolVersion
                        ? welcome
                        : throw new ConnectionLostException(record.Name, $"the keeper wants to speak version {welcome.Version} of the protocol, and this Tether speaks {Frame.ProtocolVersion}. {OtherVersion}");
                case FrameType.Error:
                    ErrorMessage error = ProtocolJson.Read<ErrorMessage>(frames.Payload.Span);
                    throw new ConnectionLostException(record.Name, $"the keeper refused it ({error.Code}): {error.Message}{(error.Code == "version" ? " " + OtherVersion : "")}");
                default:
                    throw new ConnectionLostException(record.Name, $"the keeper answered the hello with a frame of type {(byte)frames.Type}");
            }
        }
        catch (ProtocolException error)
        {
            throw new ConnectionLostException(record.Name, error.Message, error);
        }
    }

    private static partial class Log
    {
        internal static void Unanswered(ILoggerFactory? factory, string name, int keeper, TimeSpan patience)
        {
            if (factory is not null)
            {
                Unanswered(factory.CreateLogger(typeof(Attacher)), name, keeper, patience.TotalSeconds);
            }
        }

        [LoggerMessage(3, LogLevel.Warning, "The keeper of {Name} (PID {Keeper}) has not answered within {Seconds} seconds")]
        private static partial void Unanswered(ILogger logger, string name, int keeper, double seconds);
    }
}
