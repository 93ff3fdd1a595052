namespace Tether.Cli;

/// <summary>Says on a terminal what a command waits for once that has taken a second.</summary>
internal static class Patience
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    internal static async Task<T> WaitAsync<T>(Task<T> task, string what)
    {
        await WaitAsync((Task)task, what).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    internal static async Task WaitAsync(Task task, string what)
    {
        if (StandardStreams.IsErrorTerminal && !task.IsCompleted)
        {
            using CancellationTokenSource over = new();
            if (await Task.WhenAny(task, Task.Delay(Silence, over.Token)).ConfigureAwait(false) != task)
            {
                Message.Write(what);
            }

            await over.CancelAsync().ConfigureAwait(false);
        }

        await task.ConfigureAwait(false);
    }
}
