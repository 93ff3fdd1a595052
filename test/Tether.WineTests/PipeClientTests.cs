using Microsoft.Win32.SafeHandles;
using Tether.Keeper.Platform.Windows;
using Tether.Platform.Windows;
using Tether.Tests;

namespace Tether.WineTests;

/// <summary>What becomes of a keeper's client to whom nothing can be sent.</summary>
public sealed unsafe class PipeClientTests : IDisposable
{
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

    public void Dispose() => _port.Dispose();

    private PipeClient Create(uint access)
    {
        SafePipeHandle pipe = PrivatePipe.Create(_name, access, isFirst: true, instances: 1, size: 4096);
        _port.Associate(pipe);
        return new PipeClient(pipe, _port, _ => _receptions++);
    }

    /// <summary>The end of one operation.</summary>
    private void Dispatch()
    {
        Assert.Equal(1, _port.Wait((int)Bounded.Limit.TotalMilliseconds));
        Kernel32.CompletionEntry entry = _port.Entry(0);
        PipeOperation.Of(entry.Overlapped).End((int)entry.Bytes);
    }
}
