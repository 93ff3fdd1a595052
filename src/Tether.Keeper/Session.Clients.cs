using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper;

/// <summary>Clients: who is attached, and what their frames ask for.</summary>
internal sealed partial class Session
{
    internal const int MaximumClients = 256;

    private static readonly string[] Features = ["journal-files"];

    internal void Attach(KeeperClient client) => _clients.Add(client);

    /// <summary>The connection is gone, by whichever side.</summary>
    internal void Detach(KeeperClient client)
    {
        if (!_clients.Remove(client))
        {
            return;
        }

        if (_clients.Count == 0)
        {
            _input.ReturnMemory();
        }

        if (client.IsTie)
        {
            OnTieEnded();
        }

        // It may have been the slowest reader.
        foreach (OutputState output in _outputs)
        {
            if (client.Consumed(output.Stream) >= 0)
            {
                Release(output);
            }
        }
    }

    /// <summary>A whole frame of a client. Whatever is wrong with it ends this client's connection and changes nothing else.</summary>
    internal void OnFrame(KeeperClient client, FrameType type, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (!client.IsWelcome)
            {
                OnHello(client, type, payload);
                return;
            }

            Handle(client, type, payload);
        }
        catch (ProtocolException error)
        {
            Refuse(client, error);
        }
    }

    /// <summary>Says what is wrong and ends the connection.</summary>
    internal void Refuse(KeeperClient client, ProtocolException error)
    {
        client.Send(ProtocolJson.Frame(FrameType.Error, new ErrorMessage { Code = error.Code, Message = error.Message }));
        client.Close();
        Detach(client);
    }

    private void Handle(KeeperClient client, FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Input:
                OnInput(client, payload);
                break;
            case FrameType.CloseInput:
                OnCloseInput(client);
                break;
            case FrameType.WaitOutput:
                var (waited, waitOffset) = Payloads.ReadStreamOffset(payload);
                OnWaitOutput(client, waited, waitOffset);
                break;
            case FrameType.Consumed:
                var (consumed, consumedOffset) = Payloads.ReadStreamOffset(payload, allowNoReader: true);
                OnConsumed(client, consumed, consumedOffset);
                break;
            case FrameType.Signal:
                OnSignal(client, ProtocolJson.Read<SignalMessage>(payload));
                break;
            case FrameType.Stop:
                OnStop(client, ProtocolJson.Read<StopMessage>(payload));
                break;
            case FrameType.Acknowledge:
                OnAcknowledge(client, Payloads.ReadAcknowledge(payload));
                break;
            case FrameType.Hello:
                throw new ProtocolException("unexpected-hello", "The hello was said already.");
            default:
                // A type of a later version: what the client cannot do without, it asks for in its hello.
                break;
        }
    }

    private void OnHello(KeeperClient client, FrameType type, ReadOnlySpan<byte> payload)
    {
        if (type != FrameType.Hello)
        {
            throw new ProtocolException("hello-expected", $"The first frame has type {(byte)type}; it must be a hello (1).");
        }

        HelloMessage hello = ProtocolJson.Read<HelloMessage>(payload);
        if (hello.Magic != Frame.Magic)
        {
            throw new ProtocolException("bad-magic", $"The hello's magic is not \"{Frame.Magic}\".");
        }

        if (hello.MinimumVersion > Frame.ProtocolVersion || hello.MaximumVersion < Frame.ProtocolVersion)
        {
            throw new ProtocolException("version", $"This keeper speaks version {Frame.ProtocolVersion}; the client speaks {hello.MinimumVersion} to {hello.MaximumVersion}.");
        }

        client.IsWelcome = true;
        WelcomeMessage welcome = new()
        {
            Magic = Frame.Magic,
            Version = Frame.ProtocolVersion,
            Keeper = KeeperVersion.Text,
            Features = Features,
            MaximumPayload = Frame.MaximumPayload,
            InputCredit = Frame.InputCredit,
            InputPosition = InputPosition + _input.Length,
            InputOpen = IsInputOpen,
            Exit = Exit,
        };
        client.Send(ProtocolJson.Frame(FrameType.Welcome, welcome));
    }

    private void OnSignal(KeeperClient client, SignalMessage message)
    {
        int errno = !Signals.IsValid(message.Signal) ? 22 : _ended is not null && !message.Tree ? 3 : _program.Signal(message.Signal, message.Tree);
        string? error = errno switch
        {
            0 => null,
            3 => "The program has ended.",
            22 => $"There is no signal {message.Signal}.",
            95 => _program.SignalAdvice,
            _ => $"Signal {message.Signal} could not be sent.",
        };
        Reply(client, message.Id, error, errno);
    }

    private void OnStop(KeeperClient client, StopMessage message)
    {
        TimeSpan grace = message.GraceMilliseconds is { } milliseconds
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, (long)Grace.Maximum.TotalMilliseconds))
            : _defaultGrace;
        Reply(client, message.Id, null, 0);
        Stop(grace);
    }

    private static void Reply(KeeperClient client, int id, string? error, int errno) =>
        client.Send(ProtocolJson.Frame(FrameType.Reply, new ReplyMessage { Id = id, Error = error, Errno = errno }));

    private void Broadcast(ReadOnlySpan<byte> frame)
    {
        foreach (KeeperClient client in _clients)
        {
            if (client.IsWelcome)
            {
                client.Send(frame);
            }
        }
    }
}
