using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Tether.Chaos;

/// <summary>One program with its client process. Only the run's one thread uses it.</summary>
internal sealed class Conversation(string directory, string home, string keeper, string name, ulong seed, WindowFullPolicy policy)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _state = Path.Combine(directory, $"{name}.{seed}");
    private Process? _client;

    internal string Name => name;

    internal int ClientId => _client!.Id;

    internal ProcessRecord Record => TetheredProcess.GetRecord(name, Launch.Options(home, keeper));

    internal async Task StartAsync()
    {
        ProcessSpec spec = Launch.Spec(name, seed.ToString(CultureInfo.InvariantCulture), policy);
        await (await TetheredProcess.StartAsync(spec, Launch.Options(home, keeper))).DisposeAsync();
        StartClient();
    }

    /// <summary>Kills the client, which comes again and goes on where the state was written down.</summary>
    internal void ReplaceClient()
    {
        _client!.Kill();
        _client.WaitForExit();
        _client.Dispose();
        StartClient();
    }

    /// <summary>No fault comes any more: everything that was written must have come back, and the program must end and leave nothing.</summary>
    internal async Task FinishAsync(Counts counts)
    {
        int code = await EndClientAsync();
        long inDoubt = Record.StandardInput.InDoubt;
        long[] echo = ReadState("stdout");
        long[] pattern = ReadState("stderr");
        if (code != 0 || echo[2] > inDoubt)
        {
            string why = File.Exists(_state + ".loss") ? await File.ReadAllTextAsync(_state + ".loss", CancellationToken.None) : "";
            counts.Lose($"{name} ({policy}, seed {seed}): the client ended with {code}; echo at {echo[1]} of {Record.StandardInput.Position} bytes of input, {echo[2]} doubled, {inDoubt} in doubt. {why}");
        }

        counts.BytesIn += Record.StandardInput.Position;
        counts.BytesOut += echo[0] + pattern[0];
        counts.Gaps += echo[3] + pattern[3];
        counts.GapBytes += echo[4] + pattern[4];
        counts.Doubled += echo[2];
        counts.InDoubt += inDoubt;
        counts.Adoptions += Record.Adoptions;
        await EndAsync(home, keeper, name, counts);
    }

    /// <summary>Kills the program and removes its record; nothing of it may be left.</summary>
    internal static async Task EndAsync(string home, string keeper, string name, Counts counts)
    {
        TetherOptions options = Launch.Options(home, keeper);
        using CancellationTokenSource patience = new(Patience);
        ProcessRecord record;
        await using (TetheredProcess process = await TetheredProcess.AttachAsync(name, options, patience.Token))
        {
            ProcessExitStatus exit = await process.KillAsync(patience.Token);
            record = process.GetRecord();
            if (exit.IsKnown && exit.SignalName != "SIGKILL")
            {
                counts.Lose($"{name}: the program ended with {exit.ExitCode} ({exit.SignalName}) instead of SIGKILL.");
            }
        }

        if (!Native.WaitForEnd(record.KeeperProcessId, command => command is ["tether-keeper", "keep", var kept] && kept == name, Patience))
        {
            counts.Lose($"{name}: the keeper has not ended after its program.");
        }

        TetheredProcess.Remove(name, options);
    }

    private async Task<int> EndClientAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        using Process client = _client!;
        try
        {
            // It may just have been started: a signal before it listens would end it.
            await client.StandardOutput.ReadLineAsync(patience.Token);
            Native.Signal(client.Id, _ => true, Native.Terminate);
            await client.WaitForExitAsync(patience.Token);
            return client.ExitCode;
        }
        catch (OperationCanceledException)
        {
            client.Kill();
            return -1;
        }
    }

    private void StartClient() => _client = Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, ["client", home, keeper, name, seed.ToString(CultureInfo.InvariantCulture), _state])
        {
            RedirectStandardOutput = true,
        });

    private long[] ReadState(string stream)
    {
        long[] state = new long[6];
        if (File.Exists($"{_state}.{stream}") && File.ReadAllBytes($"{_state}.{stream}") is { Length: > 0 } bytes)
        {
            for (int i = 0; i < state.Length; i++)
            {
                state[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
            }
        }

        return state;
    }
}
