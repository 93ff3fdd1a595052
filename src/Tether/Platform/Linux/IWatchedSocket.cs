using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <summary>A socket that the reactor watches.</summary>
internal interface IWatchedSocket
{
    SafeHandle Handle { get; }

    /// <summary>Something that was watched for has happened. May be called on several threads at once.</summary>
    /// <param name="events">EPOLLIN and so on.</param>
    /// <param name="reactor">Whose thread this is.</param>
    void OnReady(uint events, IReactor reactor);
}
