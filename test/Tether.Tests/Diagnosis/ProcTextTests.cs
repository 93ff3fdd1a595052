using System.Runtime.Versioning;
using Tether.Platform;
using Tether.Platform.Linux;

namespace Tether.Tests.Diagnosis;

/// <summary>Texts of /proc as the kernel writes them.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcTextTests
{
    [Fact]
    public void DescriptorInfo_OfALockedFile_HasFlagsPositionAndLocks()
    {
        DescriptorInfo info = DescriptorInfo.Parse("pos:\t42\nflags:\t02100001\nmnt_id:\t27\nino:\t11657525\nlock:\t1: FLOCK  ADVISORY  WRITE 31515 fe:00:11657525 0 EOF\nlock:\t2: POSIX  ADVISORY  READ 31515 fe:00:11657525 0 EOF\n");
        Assert.Equal((42, 27, false, false, true), (info.Position, info.MountId, info.IsInheritable, info.CanRead, info.CanWrite));
        Assert.Equal([new HeldLock("FLOCK", true, 31515), new HeldLock("POSIX", false, 31515)], info.Locks);
        Assert.Equal("flock, exclusive", DescriptorWords.LockOf(info));
    }

    [Theory]
    [InlineData("flags:\t0100002\n", true)]
    [InlineData("flags:\t02100002\n", false)]
    public void DescriptorInfo_CloseOnExec_IsNotInheritable(string text, bool isInheritable) => Assert.Equal(isInheritable, DescriptorInfo.Parse(text).IsInheritable);

    [Fact]
    public void DescriptorInfo_OfSpecialFiles_HasTheirOwnFacts()
    {
        Assert.Equal("7", DescriptorInfo.Parse("flags:\t02\ntty-index:\t7\n").TerminalIndex);
        Assert.Equal("31515", DescriptorInfo.Parse("flags:\t02\nPid:\t31515\nNSpid:\t31515\n").ProcessId);
        Assert.Equal(2, DescriptorInfo.Parse("flags:\t02\ntfd:        5 events:       19 data: 5\ntfd:        6 events:       19 data: 6\n").Watches);
        Assert.Equal(1, DescriptorInfo.Parse("flags:\t00\ninotify wd:1 ino:9e7e sdev:800013 mask:800afce\n").Watches);
    }

    [Fact]
    public void SocketTable_Tcp_HasAddressesAndStates()
    {
        SocketTable table = new();
        table.AddInternet(
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1150 1 0000000086d6ec76 100 0 0 10 0
               1: 0100007F:1F90 0100007F:A0B2 01 00000000:00000000 00:00000000 00000000     0        0 1151 1 0000000086d6ec77 20 4 30 10 -1
               2: 0100007F:1F90 0100007F:A0B4 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0000000086d6ec78
            """,
            DescriptorKind.TcpSocket);
        Assert.Equal(new NetworkSocket(DescriptorKind.TcpSocket, "127.0.0.1:8080", "", 8080, "listening"), table.Find(1150));
        Assert.Equal("TCP 127.0.0.1:8080, connected to 127.0.0.1:41138", table.Find(1151)!.Description);
        Assert.Null(table.Find(0));
    }

    [Fact]
    public void SocketTable_Tcp6_HasItsAddress()
    {
        SocketTable table = new();
        table.AddInternet("head\n   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 99 1 0\n", DescriptorKind.TcpSocket);
        Assert.Equal("TCP [::1]:22, listening", table.Find(99)!.Description);
    }

    [Fact]
    public void SocketTable_Unix_HasPathsWithSpacesAndNone()
    {
        SocketTable table = new();
        table.AddUnix(
            """
            Num       RefCount Protocol Flags    Type St Inode Path
            00000000a943fc6c: 00000002 00000000 00010000 0001 01 1265487 /run/with space/socket
            00000000831e83cf: 00000003 00000000 00000000 0001 03   547
            00000000831e83d0: 00000003 00000000 00000000 0001 03   548 @abstract
            """);
        Assert.Equal("/run/with space/socket, listening", table.Find(1265487)!.Description);
        Assert.Equal("without a name, connected", table.Find(547)!.Description);
        Assert.Equal("@abstract", table.Find(548)!.Local);
    }

    [Fact]
    public void MountTable_PointWithSpace_IsUnescaped()
    {
        MountTable table = MountTable.Parse("22 27 0:21 / /proc rw,relatime - proc proc rw\n30 27 8:1 / /mnt/my\\040disk rw - ext4 /dev/sda1 rw\n");
        Assert.Equal(("/proc", "/mnt/my disk", null), (table.PointOf(22), table.PointOf(30), table.PointOf(31)));
    }
}
