using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>A file by device and inode; a device node by what it stands for, under any name; a Unix socket by the path it is bound to.</summary>
[SupportedOSPlatform("linux")]
internal sealed class WantedFile : IWanted
{
    private readonly string _path;
    private readonly string _fullPath;
    private readonly FileStatus _wanted;

    private WantedFile(string path, FileStatus wanted)
    {
        _path = path;
        _fullPath = Path.GetFullPath(path);
        _wanted = wanted;
    }

    public bool NeedsSockets => _wanted.IsSocket;

    public bool IsFile => true;

    internal static unsafe WantedFile At(string path)
    {
        FileStatus status = default;
        fixed (byte* bytes = (byte[])[.. ByteString.Encode(path, "The path"), 0])
        {
            if (Libc.Statx(Libc.AT_FDCWD, bytes, 0, Libc.STATX_BASIC_STATS, &status) != 0)
            {
                int errno = Errno.Last();
                throw errno switch
                {
                    Errno.ENOENT or Errno.ENOTDIR => new FileNotFoundException($"There is nothing at '{path}'. A deleted file is found by its descriptor only: 'tether doctor PID' of who may have it.", path),
                    Errno.EACCES => new UnauthorizedAccessException($"'{path}' cannot be looked at: {Errno.Text(errno)}. Look as a user who can enter its directory, or as root (sudo)."),
                    _ => Errno.Failed("statx", path, errno),
                };
            }
        }

        return new WantedFile(path, status);
    }

    public bool Matches(ProcDescriptor descriptor, NetworkSocket? socket) =>
        _wanted.IsSocket && socket is { Kind: DescriptorKind.UnixSocket }
            ? socket.Local == _path || socket.Local == _fullPath
            : Matches(descriptor.Status);

    public bool Matches(FileStatus status) =>
        (status.Inode == _wanted.Inode && status.DeviceMajor == _wanted.DeviceMajor && status.DeviceMinor == _wanted.DeviceMinor)
        || (_wanted.IsDevice && ((status.Mode ^ _wanted.Mode) & Libc.S_IFMT) == 0
            && status.SpecialMajor == _wanted.SpecialMajor && status.SpecialMinor == _wanted.SpecialMinor);

    public bool MatchesMapping(uint deviceMajor, uint deviceMinor, ulong inode) =>
        inode == _wanted.Inode && deviceMajor == _wanted.DeviceMajor && deviceMinor == _wanted.DeviceMinor;
}
