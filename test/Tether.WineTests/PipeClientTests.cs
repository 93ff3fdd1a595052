using Microsoft.Win32.SafeHandles;
using Tether.Keeper;
using Tether.Keeper.Platform.Windows;
using Tether.Platform.Windows;
using Tether.Tests;

namespace Tether.WineTests;

/// <summary>What becomes of a keeper's client to whom nothing can be sent, or whose connection the keeper ends.</summary>
public sealed unsafe class PipeClientTests : IDisposable
{
    private const int BufferSize = 4096;

    private readonly CompletionPort _port = new();
    private readonly string _name = PrivatePipe.NewName("test");
    private int _receptions;

    [Fact]
    public void Send_IsRefused_ClientLosesItsConnection()
    {
        // Nothing can be written into this end.
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_INBOUND);
        using SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_WRITE, 0);
        client.Send([1, 2, 3]);
        Dispatch();
        Assert.True(client.IsGone);
    }

    [Fact]
    public void Send_ClientHasGone_IsReadToItsEndFirst()
    {
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_DUPLEX);
        using (SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0))
        {
            byte sent = 7;
            uint count;
            Assert.True(Kernel32.WriteFile(other, &sent, 1, &count, null));
        }

        client.Send([1, 2, 3]);
        Dispatch();
        client.Send([4]);
        client.Receive();
        Dispatch();
        Assert.Equal((1, false), (_receptions, client.IsGone));

        client.Receive();
        Dispatch();
        Assert.Equal((1, true), (_receptions, client.IsGone));
    }

    [Fact]
    public void Close_FramesAreStillUnsent_AreReadBeforeTheEnd()
    {
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_DUPLEX);
        using SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0);
        client.Send([1, 2, 3]);
        client.Send([4, 5]);
        client.Close();
        client.Send([6]);
        while (!client.IsGone)
        {
            Dispatch();
        }

        client.Dispose();
        Assert.Equal([1, 2, 3, 4, 5], ReadToEnd(other));
    }

    [Fact]
    public void Close_ClientDoesNotRead_IsGoneAfterAWhile()
    {
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_DUPLEX);
        using SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0);
        client.Send(new byte[4 * BufferSize]);
        client.Close();
        Assert.InRange(client.CloseDeadline, Environment.TickCount64 + 1, Environment.TickCount64 + KeeperClient.CloseTime);
        Assert.False(client.IsGone);
        long left;
        while ((left = client.CloseDeadline - Environment.TickCount64) > 0)
        {
            for (int i = _port.Wait((int)left) - 1; i >= 0; i--)
            {
                End(_port.Entry(i));
            }
        }

        Assert.True(client.IsGone);
    }

    [Fact]
    public void Close_ClientGoesWithoutReading_IsGoneAtOnce()
    {
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_DUPLEX);
        using (SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0))
        {
            client.Send(new byte[4 * BufferSize]);
            client.Close();
            Dispatch();
            Assert.False(client.IsGone);
        }

        Dispatch();
        Assert.True(client.IsGone);
    }

    [Fact]
    public void Close_ReadIsPending_WhatComesIsNotTaken()
    {
        using PipeClient client = Create(Kernel32.PIPE_ACCESS_DUPLEX);
        using SafePipeHandle other = PrivatePipe.Open(_name, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0);
        client.Receive();
        client.Close();
        byte sent = 7;
        uint count;
        Assert.True(Kernel32.WriteFile(other, &sent, 1, &count, null));
        Dispatch();
        Assert.Equal(0, _receptions);
    }

    public void Dispose() => _port.Dispose();

    private static List<byte> ReadToEnd(SafePipeHandle pipe)
    {
        List<byte> read = [];
        byte next;
        uint count;
        while (Kernel32.ReadFile(pipe, &next, 1, &count, null))
        {
            read.Add(next);
        }

        Assert.Equal(WindowsError.BrokenPipe, WindowsError.Last());
        return read;
    }

    private static void End(Kernel32.CompletionEntry entry) => PipeOperation.Of(entry.Overlapped).End((int)entry.Bytes);

    private PipeClient Create(uint access)
    {
        SafePipeHandle pipe = PrivatePipe.Create(_name, access, isFirst: true, instances: 1, BufferSize);
        _port.Associate(pipe);
        return new PipeClient(pipe, _port, _ => _receptions++);
    }

    /// <summary>The end of one operation.</summary>
    private void Dispatch()
    {
        Assert.Equal(1, _port.Wait((int)Bounded.Limit.TotalMilliseconds));
        End(_port.Entry(0));
    }
}
