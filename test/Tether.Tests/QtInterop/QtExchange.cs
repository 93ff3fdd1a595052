using System.Diagnostics;
using System.Security.Cryptography;

namespace Tether.Tests.QtInterop;

/// <summary>Our side of a talk with a program of Qt's (peer.cpp), or one that does what Qt does.</summary>
internal static class QtExchange
{
    /// <summary>Sends pseudo-random bytes to it while as many are received; it prints the SHA-256 of both, and ends with 0.</summary>
    internal static async Task CompareAsync(LocalSocket socket, Process qt, long size, CancellationToken cancel)
    {
        Task<string> sending = SendAsync(socket, size, cancel);
        Task<string> receiving = ReceiveAsync(socket, size, cancel);
        string sent = await sending;
        string received = await receiving;

        Assert.Equal($"sent {received}", await qt.StandardOutput.ReadLineAsync(cancel));
        Assert.Equal($"received {sent}", await qt.StandardOutput.ReadLineAsync(cancel));
        await qt.WaitForExitAsync(cancel);
        Assert.Equal(0, qt.ExitCode);
    }

    private static async Task<string> SendAsync(LocalSocket socket, long size, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Random random = new(20);
        byte[] piece = new byte[64 << 10];
        for (long left = size; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            hash.AppendData(piece);
            await socket.WriteAsync(piece, cancel);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> ReceiveAsync(LocalSocket socket, long size, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[64 << 10];
        long total = 0;
        for (int count; (count = await socket.ReadAsync(piece, cancel)) > 0; total += count)
            hash.AppendData(piece, 0, count);

        Assert.Equal(size, total);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
