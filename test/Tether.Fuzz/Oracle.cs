using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>
/// What docs/protocol.md says of the bytes that a connection carries, frame by frame: lives on, with which answer, or is refused, with which
/// code. It is followed along with what is sent, so that each answer of the keeper can be compared.
/// </summary>
internal sealed class Oracle(int worker)
{
    /// <summary>Signals that a program which asks for none ignores: SIGCHLD, SIGCONT, SIGURG, SIGWINCH.</summary>
    private static readonly int[] HarmlessSignals = [17, 18, 23, 28];

    internal bool IsWelcome { get; set; }

    /// <summary>The number of the next cell that this worker sends.</summary>
    internal uint NextCell { get; set; }

    /// <summary>The code that goes with <see cref="Verdict.Refused"/>.</summary>
    internal string? Code { get; private set; }

    /// <summary>The reply that the last frame is to be given, or null.</summary>
    internal (int Id, int Errno)? Reply { get; private set; }

    /// <summary>The bytes of input of the last frame.</summary>
    internal int Input { get; private set; }

    /// <summary>Judges the first frame of the bytes.</summary>
    internal Verdict Judge(ReadOnlySpan<byte> bytes, out int length)
    {
        Code = null;
        Reply = null;
        Input = 0;
        try
        {
            return Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out length)
                ? IsWelcome ? Judge(type, payload) : JudgeFirst(type, payload)
                : Verdict.Incomplete;
        }
        catch (ProtocolException error)
        {
            length = bytes.Length;
            Code = error.Code;
            return Verdict.Refused;
        }
    }

    private Verdict JudgeFirst(FrameType type, ReadOnlySpan<byte> payload)
    {
        if (type != FrameType.Hello)
        {
            throw new ProtocolException("hello-expected", "");
        }

        HelloMessage hello = ProtocolJson.Read<HelloMessage>(payload);
        string? code = hello.Magic != Frame.Magic ? "bad-magic" : hello.MinimumVersion > Frame.ProtocolVersion || hello.MaximumVersion < Frame.ProtocolVersion ? "version" : null;
        IsWelcome = code is null ? true : throw new ProtocolException(code, "");
        return Verdict.Survives;
    }

    private Verdict Judge(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Hello:
                throw new ProtocolException("unexpected-hello", "");
            case FrameType.Input:
                Input = payload.Length;
                return payload.IsEmpty || Cell.Is(payload, worker, NextCell) ? Verdict.Survives : Verdict.Obeyed;
            case FrameType.CloseInput:
                return Verdict.Obeyed;
            case FrameType.WaitOutput:
                Payloads.ReadStreamOffset(payload);
                return Verdict.Survives;
            case FrameType.Acknowledge:
                Payloads.ReadAcknowledge(payload);
                return Verdict.Survives;
            case FrameType.Consumed:
                return JudgeConsumed(Payloads.ReadStreamOffset(payload, allowNoReader: true).Offset);
            case FrameType.Signal:
                SignalMessage signal = ProtocolJson.Read<SignalMessage>(payload);
                bool isValid = Signals.IsValid(signal.Signal);
                Reply = (signal.Id, isValid ? 0 : 22);
                return !isValid || HarmlessSignals.Contains(signal.Signal) ? Verdict.Survives : Verdict.Obeyed;
            case FrameType.Stop:
                ProtocolJson.Read<StopMessage>(payload);
                return Verdict.Obeyed;
            default:
                return Verdict.Survives;
        }
    }

    private static Verdict JudgeConsumed(long offset) => offset switch
    {
        <= 0 => Verdict.Survives,
        // Where the stream ends when the frame arrives is not known here, but this far it does not get.
        > 1L << 50 => throw new ProtocolException("bad-offset", ""),
        _ => Verdict.Obeyed,
    };
}
