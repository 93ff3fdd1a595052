using System.Diagnostics;
using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

/// <summary>The flags that CreateProcess gets. Wine 8 sets no priority class, so what becomes of these is seen on Windows only.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsStartTests
{
    private const uint Suspended = 0x4;
    private const uint Unicode = 0x400;
    private const uint ExtendedStartup = 0x8_0000;
    private const uint Breakaway = 0x100_0000;

    [Theory]
    [InlineData(ProcessPriorityClass.Idle, 0x40u)]
    [InlineData(ProcessPriorityClass.BelowNormal, 0x4000u)]
    [InlineData(ProcessPriorityClass.Normal, 0x20u)]
    [InlineData(ProcessPriorityClass.AboveNormal, 0x8000u)]
    [InlineData(ProcessPriorityClass.High, 0x80u)]
    [InlineData(ProcessPriorityClass.RealTime, 0x100u)]
    public void CreationFlags_Priority_IsTheClassOfCreateProcess(ProcessPriorityClass priority, uint expected)
    {
        WindowsStart start = Start(new() { Priority = priority });

        Assert.Equal(expected | Suspended | Unicode | ExtendedStartup, start.CreationFlags(0));
    }

    [Fact]
    public void CreationFlags_StartersAndUsers_AreTogether()
    {
        WindowsStart start = Start(new() { Priority = ProcessPriorityClass.High, CreationFlags = WindowsCreationFlags.DefaultErrorMode });

        Assert.Equal(0x400_0080 | Suspended | Unicode | ExtendedStartup | Breakaway, start.CreationFlags(Breakaway));
        Assert.Equal(Suspended | Unicode | ExtendedStartup, Start(new()).CreationFlags(0));
    }

    private static WindowsStart Start(WindowsStartInfo info) => new()
    {
        Application = @"C:\app.exe",
        CommandLine = "app",
        Flags = Kernel32.CREATE_SUSPENDED,
        Parameters = WindowsStartRequest.Of(new ProcessSpec("app") { Windows = info }),
    };
}
