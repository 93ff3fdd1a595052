using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Tether.Records;

namespace Tether.Platform.Linux;

/// <summary>The address that a server's name stands for: <c>struct sockaddr_un</c> of unix(7).</summary>
[SupportedOSPlatform("linux")]
internal sealed class UnixAddress
{
    /// <summary>The size of sun_path. A path needs one byte of it for its end, an abstract name one for its beginning.</summary>
    private const int PathSize = 108;
    private const int FamilySize = 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;

    private UnixAddress(string fullName, string? path, byte[] bytes)
    {
        FullName = fullName;
        Path = path;
        _bytes = bytes;
    }

    /// <summary>The path, or the abstract name with <c>@</c> in front, as the tools of Linux write it.</summary>
    internal string FullName { get; }

    /// <summary>The absolute path; null for an abstract name.</summary>
    internal string? Path { get; }

    /// <summary>
    /// Finds the address, and touches no file. The directory of <see cref="LocalNamespace.Private"/> is the caller's to check.
    /// </summary>
    /// <exception cref="LocalSocketException">The name is invalid, or too long.</exception>
    internal static UnixAddress Of(string name, LocalNamespace space)
    {
        if (name.Length == 0)
            throw Invalid(name, "it is empty. Give the server a name");

        // A NUL has no special meaning in an abstract name, and old programs pad theirs with it.
        if (space == LocalNamespace.Abstract)
            return Abstract(name);

        if (name.Contains('\0'))
            throw Invalid(name.Replace("\0", "\\0"), "it contains a NUL character. Leave it out");

        if (name[0] == '/')
            return OfPath(name);

        if (name.Contains('/'))
            throw Invalid(name, "it contains '/'. Use a name without one, or the absolute path of the socket");

        if (name is "." or "..")
            throw Invalid(name, "it stands for a directory. Use another name");

        string directory = space == LocalNamespace.Temporary ? System.IO.Path.GetTempPath() : PrivateDirectoryPath;
        return OfPath(System.IO.Path.Combine(directory, name));
    }

    /// <summary>The address that a socket is bound to, by getsockname(2).</summary>
    internal static unsafe UnixAddress Of(SafeSocketHandle socket)
    {
        byte[] bytes = new byte[FamilySize + PathSize];
        uint length = (uint)bytes.Length;
        fixed (byte* address = bytes)
        {
            if (Libc.GetSocketName(socket, address, &length) != 0)
                throw UnixErrors.Failed("Asking for the name of", "a listening socket", Errno.Last());
        }

        bytes = bytes[..(int)Math.Min(length, bytes.Length)];
        ReadOnlySpan<byte> name = bytes.AsSpan(FamilySize);
        if (!name.IsEmpty && name[0] == 0)
            return new UnixAddress(AbstractFullName(Encoding.UTF8.GetString(name[1..])), null, bytes);

        string path = Encoding.UTF8.GetString(name.TrimEnd((byte)0));
        return new UnixAddress(path, path, bytes);
    }

    /// <summary>Whether the name is in the directory that only the user can enter.</summary>
    internal static bool IsPrivate(string name, LocalNamespace space) => space == LocalNamespace.Private && !name.StartsWith('/');

    /// <summary>Checks the directory of <see cref="LocalNamespace.Private"/>.</summary>
    /// <exception cref="UnsafeDirectoryException">Somebody else can enter or exchange the directory, or Tether's home.</exception>
    /// <exception cref="DirectoryNotFoundException">It does not exist.</exception>
    internal static void CheckPrivateDirectory()
    {
        PrivateDirectory.Open(TetherHome.Path).Dispose();
        PrivateDirectory.Open(PrivateDirectoryPath).Dispose();
    }

    /// <summary>Checks the directory of <see cref="LocalNamespace.Private"/>, and creates it where it is missing.</summary>
    /// <exception cref="UnsafeDirectoryException">Somebody else can enter or exchange the directory, or Tether's home.</exception>
    internal static void CreatePrivateDirectory()
    {
        PrivateDirectory.OpenOrCreate(TetherHome.Path).Dispose();
        PrivateDirectory.OpenOrCreate(PrivateDirectoryPath).Dispose();
    }

    /// <summary>connect(2). EINTR is the caller's.</summary>
    /// <returns>0, or errno.</returns>
    internal unsafe int Connect(SafeHandle socket)
    {
        fixed (byte* address = _bytes)
            return Libc.Connect(socket, address, (uint)_bytes.Length) == 0 ? 0 : Errno.Last();
    }

    /// <summary>bind(2).</summary>
    /// <returns>0, or errno.</returns>
    internal unsafe int Bind(SafeSocketHandle socket)
    {
        fixed (byte* address = _bytes)
            return Libc.Bind(socket, address, (uint)_bytes.Length) == 0 ? 0 : Errno.Last();
    }

    private static string PrivateDirectoryPath => System.IO.Path.Combine(TetherHome.Path, ".sockets");

    private static UnixAddress OfPath(string path)
    {
        if (path[^1] == '/')
            throw Invalid(path, "it ends with '/', as a directory does. Use the path of the socket itself");

        byte[] encoded = Encode(path);
        if (encoded.Length > PathSize - 1)
        {
            throw new LocalSocketException(LocalSocketError.NameTooLong,
                $"The socket's path '{path}' has {encoded.Length} bytes, and a socket address holds {PathSize - 1}. "
                + "Use a shorter name or a shorter directory.");
        }

        byte[] bytes = new byte[FamilySize + encoded.Length + 1];
        encoded.CopyTo(bytes, FamilySize);
        return new UnixAddress(path, path, WithFamily(bytes));
    }

    private static UnixAddress Abstract(string name)
    {
        byte[] encoded = Encode(name);
        if (encoded.Length > PathSize - 1)
        {
            throw new LocalSocketException(LocalSocketError.NameTooLong,
                $"The abstract name '{name}' has {encoded.Length} bytes, and a socket address holds {PathSize - 1}. Use a shorter name.");
        }

        // The length is part of an abstract address: padding it to the end of sun_path would make it another name.
        byte[] bytes = new byte[FamilySize + 1 + encoded.Length];
        encoded.CopyTo(bytes, FamilySize + 1);
        return new UnixAddress(AbstractFullName(name), null, WithFamily(bytes));
    }

    /// <summary>As /proc/net/unix and ss(8) write it: every NUL is an <c>@</c>.</summary>
    private static string AbstractFullName(string name) => "@" + name.Replace('\0', '@');

    private static byte[] WithFamily(byte[] address)
    {
        ushort family = Libc.AF_UNIX;
        MemoryMarshal.Write(address, in family);
        return address;
    }

    private static byte[] Encode(string name)
    {
        try
        {
            return StrictUtf8.GetBytes(name);
        }
        catch (EncoderFallbackException)
        {
            throw Invalid(name, "it has half of a surrogate pair, which UTF-8 cannot express. Leave it out");
        }
    }

    private static LocalSocketException Invalid(string name, string reason) =>
        new(LocalSocketError.NameInvalid, $"'{name}' is not a valid name of a local server: {reason}.");
}
