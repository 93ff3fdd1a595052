using System.Runtime.InteropServices;
using Tether.TestProgram;

namespace Tether.Chaos;

/// <summary>
/// The one client of a program: writes the pattern to its input and checks both of its streams, over any number of keepers. At SIGTERM it
/// writes no more and ends when all that was written has come back.
/// </summary>
internal sealed class Client(string home, string keeper, string name, ulong seed, string state) : IDisposable
{
    private const int LargestPiece = 6000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AttachPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _loss = new();

    internal async Task<int> RunAsync()
    {
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _end.Cancel();
        });
        // Whoever ends it waits for that.
        Console.WriteLine("ready");
        using StreamCheck echo = new(state + ".stdout", seed, isEcho: true);
        using StreamCheck pattern = new(state + ".stderr", seed, isEcho: false);
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(_loss.Token);
        Task output = CheckAsync(echo, process => process.StandardOutput, done.Token);
        Task error = CheckAsync(pattern, process => process.StandardError, done.Token);
        try
        {
            long sent = await WriteAsync();
            await echo.ReachesAsync(sent).WaitAsync(_loss.Token);
            await done.CancelAsync();
            await Task.WhenAll(output, error);
            return 0;
        }
        catch (Exception problem) when (problem is InvalidDataException or OperationCanceledException)
        {
            Exception cause = (output.Exception ?? error.Exception)?.InnerException ?? problem;
            await File.AppendAllTextAsync(state + ".loss", $"{name}: {cause}\n");
            return 3;
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        _loss.Dispose();
    }

    private async Task CheckAsync(StreamCheck check, Func<TetheredProcess, ProcessOutput> stream, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await WithProgramAsync(
                    async process =>
                    {
                        try
                        {
                            await using OutputReadStream reader = stream(process).OpenRead(check.Offset);
                            await check.ReadAsync(reader, stop);
                        }
                        catch (OutputGapException gap)
                        {
                            check.Gap(gap);
                        }
                    },
                    stop);
                // A stream that ends belongs to a program that has ended.
                await Task.Delay(Pause, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // All that was asked for has been checked.
        }
        catch (InvalidDataException)
        {
            await _loss.CancelAsync();
            throw;
        }
    }

    private async Task<long> WriteAsync()
    {
        Random random = new();
        byte[] piece = new byte[LargestPiece];
        long sent = -1;
        while (sent < 0)
        {
            await WithProgramAsync(
                async process =>
                {
                    long offset = process.StandardInput.StartPosition;
                    while (!_end.IsCancellationRequested)
                    {
                        int size = random.Next(piece.Length) + 1;
                        BytePattern.Fill(piece.AsSpan(0, size), offset, seed);
                        await process.StandardInput.WriteAsync(piece.AsMemory(0, size), _loss.Token);
                        offset += size;
                        await Task.Delay(Pause, _loss.Token);
                    }

                    await process.StandardInput.FlushAsync(_loss.Token);
                    sent = process.StandardInput.Position;
                },
                _loss.Token);
        }

        return sent;
    }

    /// <summary>Attaches and does it; returns also when a typed fact says that it has to be done again.</summary>
    private async Task WithProgramAsync(Func<TetheredProcess, Task> use, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(AttachPatience);
        try
        {
            await using TetheredProcess process = await TetheredProcess.AttachAsync(name, Launch.Options(home, keeper), patience.Token);
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            await use(process);
        }
        catch (Exception error) when (error is TetherException or InputClosedException or LocalSocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            await Task.Delay(Pause, stop);
        }
    }
}
