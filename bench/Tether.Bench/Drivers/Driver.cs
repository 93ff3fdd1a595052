namespace Tether.Bench.Drivers;

/// <summary>This program as a driver: <c>tether-bench driver PROGRAM WORK [ARG]...</c></summary>
internal static class Driver
{
    internal static async Task<int> RunAsync(string program, string work, string[] rest)
    {
        DriverOutput output = new();
        await using Workplace place = new();
        TetherDriver tether = new(program, output);
        ProcessDriver process = new(program, output);
        KeptDriver kept = new(program, output);
        switch (work)
        {
            case "start": await tether.StartAsync(Number(0), Number(1), Number(2)); break;
            case "starts": await tether.ManyStartsAsync(Number(0), Number(1)); break;
            case "output": await tether.OutputAsync(rest[0], rest[1], rest[2], Bytes(3), Number(4), rest.Length > 5 ? Bytes(5) : ProcessSpec.DefaultOutputWindow); break;
            case "paced": await tether.PacedAsync(rest[0], Bytes(1), Number(2)); break;
            case "records": await kept.RecordsAsync(Number(0), Number(1)); break;
            case "input": await tether.InputAsync(rest[0], rest[1], Bytes(2)); break;
            case "echo": await tether.EchoAsync(rest[0], rest[1], Number(2), rest[3] == "sync"); break;
            case "net-start": process.Start(Number(0), Number(1), Number(2)); break;
            case "medallion-start": await process.StartMedallionAsync(Number(0)); break;
            case "net-output": await process.OutputAsync(rest[0], rest[1], Bytes(2), rest[3] == "sync"); break;
            case "net-input": process.Input(rest[0], Bytes(1)); break;
            case "net-echo": await process.EchoAsync(rest[0], Number(1), rest[2] == "sync"); break;
            case "sockets": await Sockets().RunAsync(rest[2], Number(3), Bytes(4), Number(5)); break;
            case "serve": await Sockets().ServeAsync(rest[2], Bytes(3), Number(4)); break;
            case "kept": await kept.TetherAsync(Number(0), Number(1)); break;
            case "kept-peer": kept.Peer(Number(0), rest[1], rest[2..]); break;
            case "kept-tmux": kept.Tmux(rest[0], Number(1), Number(2)); break;
            default: throw new ArgumentException($"There is no work '{work}'.");
        }

        output.Write();
        return 0;

        int Number(int index) => int.Parse(rest[index]);
        long Bytes(int index) => long.Parse(rest[index]);
        SocketDriver Sockets() => new(output, rest[0] == "ours", rest[1] == "sync");
    }
}
