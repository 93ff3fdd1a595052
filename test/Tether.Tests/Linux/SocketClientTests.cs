using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Keeper;
using Tether.Keeper.Platform.Linux;
using Tether.Platform.Linux;

namespace Tether.Tests.Linux;

/// <summary>What becomes of a keeper's client whose connection the keeper ends.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class SocketClientTests : IDisposable
{
    private const int FrameSize = 64;

    private readonly SafeFileHandle _other;
    private readonly SocketClient _client;
    private int _sent;

    public SocketClientTests()
    {
        int* pair = stackalloc int[2];
        Assert.Equal(0, Libc.SocketPair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0, pair));
        _client = new SocketClient(new SafeFileHandle(pair[0], ownsHandle: true), id: 16);
        _other = new SafeFileHandle(pair[1], ownsHandle: true);
    }

    [Fact]
    public void Close_FramesAreStillUnsent_AreReadBeforeTheEnd()
    {
        SendMoreThanFits();
        _client.Close();
        _client.Send(new byte[FrameSize]);
        Assert.Equal((false, Libc.EPOLLOUT), (_client.IsGone, _client.Wanted));

        int read = 0;
        while (!_client.IsGone)
        {
            read += Read();
            _client.Flush();
        }

        _client.Dispose();
        for (int count = Read(); count > 0; count = Read())
        {
            read += count;
        }

        Assert.Equal(_sent, read);
    }

    [Fact]
    public void Close_EverythingIsInTheSocket_IsGoneAtOnce()
    {
        _client.Send(new byte[FrameSize]);
        _client.Close();
        Assert.True(_client.IsGone);
        Assert.Equal(FrameSize, Read());
    }

    [Fact]
    public void Close_ClientDoesNotRead_IsGoneAfterAWhile()
    {
        SendMoreThanFits();
        _client.Close();
        Assert.InRange(_client.CloseDeadline, Environment.TickCount64 + 1, Environment.TickCount64 + KeeperClient.CloseTime);
        Assert.False(_client.IsGone);
        Assert.True(SpinWait.SpinUntil(() => _client.IsGone, Bounded.Limit));
        Assert.True(_client.HasUnsent);
    }

    [Fact]
    public void Close_ClientGoesWithoutReading_IsGone()
    {
        SendMoreThanFits();
        _client.Close();
        _other.Dispose();
        _client.Flush();
        Assert.Equal((true, false), (_client.IsGone, _client.HasUnsent));
    }

    [Fact]
    public void Send_ClientLeavesTooMuchUnread_LosesItsConnectionAtOnce()
    {
        SendMoreThanFits();
        for (int left = KeeperClient.MaximumUnsent; left >= 0; left -= FrameSize)
        {
            _client.Send(new byte[FrameSize]);
        }

        Assert.True(_client.IsGone);
    }

    public void Dispose()
    {
        _client.Dispose();
        _other.Dispose();
    }

    private void SendMoreThanFits()
    {
        Assert.Equal(Libc.EPOLLIN, _client.Wanted);
        while (!_client.HasUnsent)
        {
            _client.Send(new byte[FrameSize]);
            _sent += FrameSize;
        }

        Assert.Equal(Libc.EPOLLIN | Libc.EPOLLOUT, _client.Wanted);
    }

    private int Read()
    {
        byte* buffer = stackalloc byte[4096];
        return Math.Max(0, (int)Libc.Receive(_other, buffer, 4096, Libc.MSG_DONTWAIT));
    }
}
