namespace Tether.Platform;

/// <summary>
/// A connection whose receiving a thread that waits can do itself, instead of being woken by the one that does it otherwise. It saves a
/// synchronous caller two switches between threads for each answer.
/// </summary>
internal interface IBlockingReceiver
{
    /// <summary>
    /// Whether the continuation of an asynchronous read runs on the thread that found the bytes. Only for a reader whose own code is short and
    /// calls nobody else's.
    /// </summary>
    bool CompletesInline { get; set; }

    /// <summary>Receives on this thread until the task has ended. False when another thread is doing so: then the task is simply waited for.</summary>
    bool TryReceiveUntil(Task task);

    /// <summary>A task that somebody may receive for has ended without anything having been received.</summary>
    void Interrupt();
}
