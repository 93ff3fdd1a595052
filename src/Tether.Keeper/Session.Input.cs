using Tether.Protocol;

namespace Tether.Keeper;

/// <summary>Input: from clients' frames into the program's standard input.</summary>
internal sealed partial class Session
{
    private readonly InputQueue _input = new();

    internal long InputPosition { get; private set; }

    /// <summary>False once the input was closed from either side.</summary>
    internal bool IsInputOpen { get; private set; }

    /// <summary>The program's standard input takes bytes again.</summary>
    internal void OnInputWritable()
    {
        if (IsInputOpen)
        {
            WriteQueuedInput();
        }
    }

    /// <summary>The program has closed its standard input, or is gone.</summary>
    internal void OnInputBroken() => CloseInput();

    private void OnInput(KeeperClient client, ReadOnlySpan<byte> bytes)
    {
        if (client.InputInFlight + bytes.Length > Frame.InputCredit)
        {
            throw new ProtocolException("credit-exceeded", $"{client.InputInFlight + bytes.Length} bytes of input are in flight; the credit is {Frame.InputCredit}.");
        }

        // A client that is gone has left its place to the next, and what it sent is still here.
        if (_input.Length + bytes.Length > Frame.MaximumQueuedInput)
        {
            throw new ProtocolException("credit-exceeded", $"{_input.Length} bytes of all clients' input wait for the program to read; {Frame.MaximumQueuedInput} may.");
        }

        if (!IsInputOpen)
        {
            client.Send(Payloads.Position(FrameType.InputClosed, InputPosition));
            return;
        }

        if (bytes.IsEmpty)
        {
            // In the queue it would never be taken: no write tells it from a full pipe.
            Accept(client, 0);
            return;
        }

        client.InputInFlight += bytes.Length;
        if (_input.IsEmpty)
        {
            // The usual case: the program takes it at once and nothing is copied.
            int written = Offer(bytes);
            if (written < 0)
            {
                CloseInput();
                return;
            }

            bytes = bytes[written..];
            if (bytes.IsEmpty)
            {
                Accept(client, written);
                return;
            }

            if (written > 0)
            {
                Accept(client, written);
            }
        }

        _input.Add(client, bytes);
        _program.WatchInput(writable: true);
    }

    private void OnCloseInput(KeeperClient client)
    {
        if (!IsInputOpen)
        {
            client.Send(Payloads.Position(FrameType.InputClosed, InputPosition));
            return;
        }

        // One end is enough: a client may ask for it any number of times before the program takes what stands before it.
        if (!_input.HasEnd)
        {
            _input.AddEnd(client);
            WriteQueuedInput();
        }
    }

    private void WriteQueuedInput()
    {
        while (!_input.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = _input.Peek(out KeeperClient client, out bool isEnd);
            if (isEnd)
            {
                CloseInput();
                return;
            }

            int written = Offer(bytes);
            if (written < 0)
            {
                CloseInput();
                return;
            }

            if (written == 0)
            {
                _program.WatchInput(writable: true);
                return;
            }

            _input.Advance(written);
            Accept(client, written);
        }

        _program.WatchInput(writable: false);
    }

    /// <summary>What is about to be written stands on disk before it is: whoever keeps the program after this keeper knows what is in doubt.</summary>
    private int Offer(ReadOnlySpan<byte> bytes)
    {
        _journal.WriteInput(InputPosition, InputPosition + bytes.Length, isOpen: true);
        int written = _program.WriteInput(bytes);
        if (written == 0 && !_program.IsWritingInput)
        {
            _journal.WriteInput(InputPosition, InputPosition, isOpen: true);
        }

        return written;
    }

    private void Accept(KeeperClient client, int written)
    {
        InputPosition += written;
        client.InputInFlight -= written;
        client.InputOwed += written;
        _journal.WriteInput(InputPosition, InputPosition, isOpen: true);
        bool isAsked = client.WantsAcknowledgement && client.InputInFlight == 0;
        if (!client.IsAcknowledgedLater || isAsked || client.InputOwed >= Frame.LargestDebt)
        {
            Acknowledge(client);
        }
    }

    private void OnAcknowledge(KeeperClient client, bool later)
    {
        client.IsAcknowledgedLater |= later;
        client.WantsAcknowledgement |= !later;
        if (client.WantsAcknowledgement && client.InputInFlight == 0)
        {
            Acknowledge(client);
        }
    }

    private void Acknowledge(KeeperClient client)
    {
        Span<byte> frame = stackalloc byte[Frame.HeaderSize + Payloads.InputAcceptedSize];
        client.Send(frame[..WriteAcknowledgement(client, frame)]);
    }

    /// <summary>Writes what the client is to be told of its input, and returns the frame's length.</summary>
    private int WriteAcknowledgement(KeeperClient client, Span<byte> frame)
    {
        client.WantsAcknowledgement &= client.InputInFlight > 0;
        Payloads.WriteInputAccepted(frame, InputPosition, client.InputOwed);
        client.InputOwed = 0;
        return Frame.HeaderSize + Payloads.InputAcceptedSize;
    }

    private void CloseInput()
    {
        if (!IsInputOpen)
        {
            return;
        }

        IsInputOpen = false;
        _input.Clear();
        _program.CloseInput();
        _journal.WriteInput(InputPosition, InputPosition, isOpen: false);
        foreach (KeeperClient client in _clients)
        {
            if (client.InputOwed > 0)
            {
                // What was taken before the end is told before it.
                Acknowledge(client);
            }
        }

        Broadcast(Payloads.Position(FrameType.InputClosed, InputPosition));
    }
}
