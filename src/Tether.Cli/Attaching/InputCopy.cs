namespace Tether.Cli.Attaching;

/// <summary>Our stdin into a program's, byte for byte.</summary>
internal static class InputCopy
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Ends at the end of our stdin, or when the program takes no more, which is its own affair.</summary>
    internal static async Task RunAsync(TetheredProcess process, bool closes)
    {
        try
        {
            await CopyAsync(process.StandardInput).ConfigureAwait(false);
            if (closes)
            {
                await process.StandardInput.CompleteAsync().ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is InputClosedException or ConnectionLostException or KeeperLostException)
        {
            // What became of the program, whoever waits for its exit is told.
        }
    }

    /// <exception cref="InputClosedException">The program's input was closed before all was taken.</exception>
    internal static async Task CopyAsync(ProcessInputStream target)
    {
        byte[] buffer = new byte[BufferSize];
        while (await StandardStreams.Input.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
        {
            await target.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
        }
    }
}
