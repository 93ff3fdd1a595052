using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <summary>A socket that the reactor watches.</summary>
internal interface IWatchedSocket
{
    SafeHandle Handle { get; }

    /// <summary>Whether <see cref="OnReady"/> may run code that is not ours and takes as long as it likes.</summary>
    bool RunsOthersCode { get; }

    /// <summary>Something that was watched for has happened. May be called on several threads at once.</summary>
    /// <param name="events">EPOLLIN and so on.</param>
    /// <param name="mayRunOthersCode">Whether another thread goes on with the reactor's work meanwhile.</param>
    void OnReady(uint events, bool mayRunOthersCode);
}
