using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoWorker;

/// <summary>
/// A "camera" that only one holder may open: a file that is locked exclusively for as long as the holder, or anyone who inherited its
/// descriptor, has it open. It is opened as native camera and codec libraries open their devices: without O_CLOEXEC, or with an inheritable
/// handle that shares nothing.
/// </summary>
internal sealed partial class Camera : IDisposable
{
    internal const int Width = 320;
    internal const int Height = 240;
    internal const int FrameSize = Width * Height;
    internal const int FrameCount = 3000;

    private readonly SafeFileHandle _device;

    private Camera(SafeFileHandle device) => _device = device;

    internal static void Create(string path)
    {
        byte[] frame = new byte[FrameSize];
        using FileStream file = File.Create(path);
        for (int number = 0; number < 16; number++)
        {
            new Random(number).NextBytes(frame);
            file.Write(frame);
        }
    }

    /// <summary>Opens the camera. Null when it is busy.</summary>
    internal static Camera? TryOpen(string path) => OperatingSystem.IsWindows() ? TryOpenOnWindows(path) : TryOpenOnUnix(path);

    /// <summary>Frame number <paramref name="number"/> of the stream: always the same bytes.</summary>
    internal void Read(int number, Span<byte> frame)
    {
        RandomAccess.Read(_device, frame, (long)(number % 16) * FrameSize);
        BitConverter.TryWriteBytes(frame, number);
    }

    public void Dispose() => _device.Dispose();

    private static Camera? TryOpenOnWindows(string path)
    {
        const int sharingViolation = 32;
        try
        {
            return new Camera(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.None | FileShare.Inheritable));
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) == sharingViolation)
        {
            return null;
        }
    }

    private static Camera? TryOpenOnUnix(string path)
    {
        const int readOnly = 0;
        const int exclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
        SafeFileHandle device = Open(path, readOnly, 0);
        if (device.IsInvalid)
        {
            throw new FileNotFoundException("There is no camera.", path);
        }

        if (Lock(device, exclusiveWithoutWaiting) == 0)
        {
            return new Camera(device);
        }

        device.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
