using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Tether.Platform.Linux;

/// <summary>Users and groups as the C library finds them (nsswitch.conf(5)).</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class UserDatabase
{
    private const int ERANGE = 34;
    private const int LargestEntry = 1 << 24;

    /// <summary>The user with that name, else with that number; null when there is none.</summary>
    internal static User? FindUser(string nameOrNumber)
    {
        User? found = null;
        Lookup($"user '{nameOrNumber}'", (buffer, size) =>
        {
            Libc.UserEntry entry;
            Libc.UserEntry* result;
            int errno = Libc.GetUser(nameOrNumber, &entry, buffer, size, &result);
            if (errno != ERANGE && result is null && TryNumber(nameOrNumber, out uint id))
            {
                errno = Libc.GetUser(id, &entry, buffer, size, &result);
            }

            // The name is in the buffer, which is gone afterwards.
            found = errno == 0 && result is not null
                ? new User(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry.Name).ToArray(), entry.UserId, entry.GroupId)
                : null;
            return errno;
        });
        return found;
    }

    /// <summary>The group with that name; null when there is none.</summary>
    internal static uint? FindGroup(string name)
    {
        uint? found = null;
        Lookup($"group '{name}'", (buffer, size) =>
        {
            Libc.GroupEntry entry;
            Libc.GroupEntry* result;
            int errno = Libc.GetGroup(name, &entry, buffer, size, &result);
            found = errno == 0 && result is not null ? entry.GroupId : null;
            return errno;
        });
        return found;
    }

    /// <summary>All groups of a user, its main one among them.</summary>
    internal static uint[] GroupsOf(User user)
    {
        fixed (byte* name = (byte[])[.. user.Name, 0])
        {
            uint[] groups = new uint[32];
            while (true)
            {
                int count = groups.Length;
                fixed (uint* first = groups)
                {
                    if (Libc.GetGroupList(name, user.GroupId, first, &count) >= 0)
                    {
                        return groups[..count];
                    }
                }

                groups = new uint[Math.Max(count, groups.Length * 2)];
            }
        }
    }

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static void Lookup(string what, Find find)
    {
        for (int size = 1024; ; size *= 4)
        {
            byte[] buffer = new byte[size];
            int errno;
            fixed (byte* start = buffer)
            {
                errno = find(start, size);
            }

            // getpwnam_r(3): these are how different databases say that there is no such entry.
            if (errno is 0 or Errno.ENOENT or Errno.ESRCH or Errno.EBADF or Errno.EPERM)
            {
                return;
            }

            if (errno != ERANGE || size > LargestEntry)
            {
                throw new ArgumentException($"The user database could not be asked for {what}: {Errno.Text(errno)} (errno {errno}).");
            }
        }
    }

    internal sealed record User(byte[] Name, uint UserId, uint GroupId);

    private delegate int Find(byte* buffer, nint size);
}
