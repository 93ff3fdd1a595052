using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>What tests of kept programs wait for, and how they read.</summary>
internal static class Waits
{
    /// <summary>Ends when the condition holds. For what nothing tells of: flags of the journal, processes that are not ours.</summary>
    internal static async Task UntilAsync(Func<bool> condition, CancellationToken bound)
    {
        SpinWait spin = default;
        while (!condition())
        {
            bound.ThrowIfCancellationRequested();
            spin.SpinOnce();
            await Task.Yield();
        }
    }

    /// <summary>Ends when the stream has so many bytes, told by the program's events.</summary>
    internal static async Task OutputReachesAsync(TetheredProcess process, OutputStream stream, long end, CancellationToken bound)
    {
        await foreach (ProcessEvent happened in process.ReadEventsAsync(bound))
        {
            if (happened.Stream == stream && happened.End >= end)
            {
                return;
            }
        }

        throw new InvalidOperationException($"{stream} ended before offset {end}.");
    }

    /// <summary>
    /// Ends when the keeper of a program that was just started takes requests: before that it collects its garbage once, for which the runtime has
    /// /proc/meminfo open for a moment. On Unix, and for a program that SIGCONT does nothing to.
    /// </summary>
    internal static Task KeeperIsSettledAsync(TetheredProcess process, CancellationToken bound) => process.SignalAsync(Signals.Parse("CONT"), bound);

    /// <summary>Makes a FIFO in the home's directory (mkfifo(1)): what waits for it is told also when it comes to wait only afterwards.</summary>
    internal static async Task<string> MakeFifoAsync(TestHome home, string name)
    {
        string fifo = Path.Combine(home.Path, name);
        using Process mkfifo = Process.Start("mkfifo", fifo);
        await mkfifo.WaitForExitAsync(home.Bound);
        Assert.Equal(0, mkfifo.ExitCode);
        return fifo;
    }

    internal static Task ProcessIsGoneAsync(int pid, CancellationToken bound) => TestSystem.Current.ProcessIsGoneAsync(pid, bound);

    /// <summary>Whether the process is there and no zombie.</summary>
    internal static bool IsAlive(int pid) => TestSystem.Current.IsAlive(pid);

    internal static void Kill(int pid)
    {
        using Process process = Process.GetProcessById(pid);
        process.Kill();
    }

    internal static async Task<string> ReadTextAsync(this ProcessOutput output, CancellationToken bound)
    {
        using StreamReader reader = new(output.OpenRead(), Encoding.UTF8);
        return await reader.ReadToEndAsync(bound);
    }

    /// <summary>Reads so many bytes as text.</summary>
    internal static async Task<string> ReadTextAsync(this Stream stream, int length, CancellationToken bound)
    {
        byte[] bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, bound);
        return Encoding.UTF8.GetString(bytes);
    }

    internal static async Task<(long Length, string Hash)> HashAsync(this Stream stream, CancellationToken bound)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[256 * 1024];
        long length = 0;
        while (await stream.ReadAsync(buffer, bound) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    internal static ValueTask WriteTextAsync(this ProcessInputStream input, string text, CancellationToken bound) =>
        input.WriteAsync(Encoding.UTF8.GetBytes(text), bound);
}
