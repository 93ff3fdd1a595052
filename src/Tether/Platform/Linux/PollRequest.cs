using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollRequest
{
    internal int Descriptor;
    internal short Events;
    internal short Happened;
}
