using BenchmarkDotNet.Attributes;
using Tether.Protocol;

namespace Tether.MicroBench;

/// <summary>One frame with a payload, made and read.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private byte[] _payload = [];
    private byte[] _frame = [];

    [Params(64, 65536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = new byte[Size];
        _frame = Frame.Create(FrameType.Input, _payload);
    }

    [Benchmark]
    public byte[] Encode() => Frame.Create(FrameType.Input, _payload);

    [Benchmark]
    public int Decode() => Frame.TryRead(_frame, Frame.MaximumPayload, out _, out ReadOnlySpan<byte> payload, out _) ? payload.Length : 0;
}
