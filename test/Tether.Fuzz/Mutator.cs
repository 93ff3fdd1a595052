using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>Makes the next frame: mostly one that a connection lives through, so that the ones after it are read too; now and then anything.</summary>
internal sealed class Mutator(Random random, int worker, bool withInput)
{
    private const int LargestCell = 400;

    /// <summary>One frame in so many is mutated without regard to what comes of it.</summary>
    private const int Wild = 150;

    private readonly byte[] _frame = new byte[Frame.HeaderSize + Frame.MaximumPayload];

    /// <summary>The next frame, valid until the next call. It need not be one.</summary>
    internal ReadOnlySpan<byte> Next(uint nextCell, int inputRoom)
    {
        if (random.Next(Wild) == 0)
        {
            return Mutate();
        }

        return random.Next(100) switch
        {
            < 30 => StreamOffset(FrameType.WaitOutput),
            < 45 => StreamOffset(FrameType.Consumed),
            < 60 => SignalThatIsNone(),
            < 62 => HarmlessSignal(),
            < 78 => UnknownType(),
            < 80 => Acknowledge(),
            < 90 when withInput && inputRoom > 2 * LargestCell => Input(nextCell, Cell.HeaderSize + random.Next(LargestCell)),
            90 when withInput && inputRoom > Frame.MaximumPayload && random.Next(200) == 0 => Input(nextCell, Frame.MaximumPayload),
            < 95 => Header(FrameType.Input, 0),
            _ => UnknownType(),
        };
    }

    private ReadOnlySpan<byte> StreamOffset(FrameType type)
    {
        // Longer than it has to be now and then: the additions of a later version stand at the end.
        int length = Payloads.StreamOffsetSize + (random.Next(4) == 0 ? random.Next(64) : 0);
        Header(type, length);
        random.NextBytes(_frame.AsSpan(Frame.HeaderSize, length));
        _frame[5] = (byte)random.Next(1, 3);
        long offset = type == FrameType.Consumed ? -random.Next(2) : random.NextInt64() >> random.Next(63);
        BinaryPrimitives.WriteInt64LittleEndian(_frame.AsSpan(6), offset);
        return _frame.AsSpan(0, Frame.HeaderSize + length);
    }

    private ReadOnlySpan<byte> Acknowledge()
    {
        int length = Payloads.AcknowledgeSize + (random.Next(4) == 0 ? random.Next(64) : 0);
        Header(FrameType.Acknowledge, length);
        random.NextBytes(_frame.AsSpan(Frame.HeaderSize, length));
        _frame[Frame.HeaderSize] = (byte)random.Next(3);
        return _frame.AsSpan(0, Frame.HeaderSize + length);
    }

    private ReadOnlySpan<byte> SignalThatIsNone()
    {
        int signal = random.Next(3) switch { 0 => -random.Next(), 1 => random.Next(32, 34), _ => random.Next(65, int.MaxValue) };
        return Json(FrameType.Signal, $$"""{{{Member()}}"id":{{random.Next(int.MinValue, int.MaxValue)}},"signal":{{signal}},"tree":{{(random.Next(2) == 0 ? "true" : "false")}}}""");
    }

    private ReadOnlySpan<byte> HarmlessSignal() => Json(
        FrameType.Signal, $$"""{{{Member()}}"tree":{{(random.Next(20) == 0 ? "true" : "false")}},"signal":28,"id":{{random.Next()}}}""");

    private string Member() => random.Next(4) == 0 ? Corpus.Members[random.Next(Corpus.Members.Length)] : "";

    private ReadOnlySpan<byte> UnknownType()
    {
        int type;
        do
        {
            type = random.Next(256);
        }
        while (type is >= 1 and <= 8);

        int length = random.Next(100) == 0 ? random.Next(4096) : random.Next(60);
        Header((FrameType)type, length);
        random.NextBytes(_frame.AsSpan(Frame.HeaderSize, length));
        return _frame.AsSpan(0, Frame.HeaderSize + length);
    }

    private ReadOnlySpan<byte> Input(uint number, int length)
    {
        Header(FrameType.Input, length);
        Cell.Write(_frame.AsSpan(Frame.HeaderSize, length), worker, number);
        return _frame.AsSpan(0, Frame.HeaderSize + length);
    }

    /// <summary>A frame of the corpus with up to three of its bytes, its length, its type or its end changed.</summary>
    private ReadOnlySpan<byte> Mutate()
    {
        byte[] golden = Corpus.Frames[random.Next(Corpus.Frames.Length)];
        golden.CopyTo(_frame, 0);
        int length = golden.Length;
        for (int mutations = random.Next(1, 4); mutations > 0; mutations--)
        {
            switch (random.Next(8))
            {
                case 0: // a bit
                    _frame[random.Next(length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1: // a byte
                    _frame[random.Next(length)] = (byte)random.Next(256);
                    break;
                case 2: // its end is missing, and its length is true or a lie
                    length = random.Next(Frame.HeaderSize, length + 1);
                    WriteLength(random.Next(2) == 0 ? length - Frame.HeaderSize : golden.Length - Frame.HeaderSize);
                    break;
                case 3: // any length, also above the limit
                    WriteLength(random.Next(3) switch { 0 => random.Next(64), 1 => Frame.MaximumPayload + 1 + random.Next(64), _ => random.Next(int.MinValue, int.MaxValue) });
                    break;
                case 4: // another type
                    _frame[4] = (byte)random.Next(9);
                    break;
                case 5: // a number that matters
                    BinaryPrimitives.WriteInt32LittleEndian(_frame.AsSpan(random.Next(length)), random.Next(4) switch { 0 => -1, 1 => int.MaxValue, 2 => int.MinValue, _ => 0 });
                    break;
                case 6: // the end of another frame
                    byte[] other = Corpus.Frames[random.Next(Corpus.Frames.Length)];
                    int from = random.Next(other.Length);
                    other.AsSpan(from).CopyTo(_frame.AsSpan(length));
                    length += other.Length - from;
                    WriteLength(length - Frame.HeaderSize);
                    break;
                default: // JSON that is none, or another's
                    return RandomJson();
            }
        }

        return _frame.AsSpan(0, Math.Max(length, Frame.HeaderSize));
    }

    private ReadOnlySpan<byte> RandomJson()
    {
        StringBuilder json = new();
        int depth = random.Next(8) == 0 ? random.Next(2000) : random.Next(8);
        json.Append(random.Next(2) == 0 ? '[' : '{', depth);
        for (int pieces = random.Next(12); pieces > 0; pieces--)
        {
            json.Append(random.Next(6) switch
            {
                0 => Corpus.Members[random.Next(Corpus.Members.Length)],
                1 => "\"id\":",
                2 => random.Next(int.MinValue, int.MaxValue).ToString(CultureInfo.InvariantCulture),
                3 => ",",
                4 => "\"signal\":9.5",
                _ => "}",
            });
        }

        return Json((FrameType)(random.Next(2) == 0 ? 6 : 7), json.ToString());
    }

    private Span<byte> Json(FrameType type, string json)
    {
        int length = Encoding.UTF8.GetBytes(json, _frame.AsSpan(Frame.HeaderSize));
        Header(type, length);
        return _frame.AsSpan(0, Frame.HeaderSize + length);
    }

    private ReadOnlySpan<byte> Header(FrameType type, int length)
    {
        Frame.WriteHeader(_frame, type, length);
        return _frame.AsSpan(0, Frame.HeaderSize);
    }

    private void WriteLength(int length) => BinaryPrimitives.WriteInt32LittleEndian(_frame, length);
}
