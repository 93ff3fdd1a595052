using Tether.Launching;
using Tether.Protocol;

namespace Tether.Tests;

public sealed class StartRequestTests
{
    private static readonly StartRequest Request = new()
    {
        Home = "/home",
        Name = "x",
        Program = "/bin/cat"u8.ToArray(),
        Arguments = ["cat"u8.ToArray()],
        Environment = [],
        WorkingDirectory = "/"u8.ToArray(),
        Lifetime = ProcessLifetime.Detached,
        OutputWindow = 65536,
        WhenFull = WindowFullPolicy.Block,
        StopGraceMilliseconds = 5,
        DescriptorLimit = 1024,
        StartId = "start",
        Streams = new StreamPlan
        {
            Input = new StreamTarget { Kind = ProcessStreamKind.File, Path = [0x2f, 0xff] },
            Output = new StreamTarget { Kind = ProcessStreamKind.Process, ProcessName = "next" },
            Error = new StreamTarget { Kind = ProcessStreamKind.File, Path = "/log"u8.ToArray(), Append = true },
            FurtherNumbers = [3, 900],
        },
    };

    private static readonly WindowsStartRequest Windows = new()
    {
        AllowBreakaway = true,
        CommandLine = "a \ud800 \"b",
        ProcessSecurity = "D:P(A;;GA;;;OW)",
        ThreadSecurity = "",
        CreationFlags = 0xFFFF_FFFF,
        StartupFlags = 0x1F,
        ShowWindow = 7,
        Desktop = @"winsta0\default",
        Title = null,
        Position = new(-1, 2),
        Size = new(3, 4),
        CountChars = new(5, 6),
        FillAttribute = 0xF0,
        HandleVariables = ["ONE", "TWO"],
    };

    [Fact]
    public void Decode_WindowsPart_HasWhatWasEncoded()
    {
        WindowsStartRequest? decoded = StartRequest.Decode((Request with { Windows = Windows }).Encode()).Windows;

        Assert.Equal(Windows.HandleVariables, decoded!.HandleVariables);
        Assert.Equal(Windows, decoded with { HandleVariables = Windows.HandleVariables });
        Assert.Null(StartRequest.Decode(Request.Encode()).Windows);
    }

    [Fact]
    public void Decode_WindowsPartThatIsCutAnywhere_IsAProtocolError()
    {
        byte[] whole = (Request with { Windows = Windows }).Encode();
        for (int length = Request.Encode().Length + 1; length < whole.Length; length++)
        {
            Assert.Equal("bad-payload", Assert.Throws<ProtocolException>(() => StartRequest.Decode(whole[..length])).Code);
        }
    }

    [Fact]
    public void Decode_WhatWasEncoded_HasTheStreams()
    {
        StreamPlan streams = StartRequest.Decode(Request.Encode()).Streams;
        Assert.Equal((ProcessStreamKind.File, false), (streams.Input.Kind, streams.Input.Append));
        Assert.Equal<byte>([0x2f, 0xff], streams.Input.Path);
        Assert.Equal((ProcessStreamKind.Process, "next"), (streams.Output.Kind, streams.Output.ProcessName));
        Assert.True(streams.Error.Append);
        Assert.Equal([3, 900], streams.FurtherNumbers);
        Assert.Equal(3, streams.DescriptorCount);
    }

    [Fact]
    public void Decode_RequestThatIsCutAnywhere_IsAProtocolError()
    {
        byte[] whole = Request.Encode();
        for (int length = sizeof(int); length < whole.Length; length++)
        {
            Assert.Equal("bad-payload", Assert.Throws<ProtocolException>(() => StartRequest.Decode(whole[..length])).Code);
        }
    }
}
