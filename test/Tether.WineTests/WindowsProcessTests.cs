using System.IO.Pipes;
using System.Runtime.InteropServices;
using Tether.Platform.Windows;

namespace Tether.WineTests;

public sealed partial class WindowsProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Start_NoHandles_FileThatIsInheritableIsFreeAtOnce()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None | FileShare.Inheritable);
        using WindowsProcess child = Start("sleep");
        file.Dispose();

        File.OpenRead(path).Dispose(); // a sharing violation, if the child had it
        Assert.Null(child.WaitForExit(TimeSpan.Zero));

        child.Terminate(1);
        File.Delete(path);
    }

    [Fact]
    public void Start_OneHandleListed_OnlyThatOneArrives()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None | FileShare.Inheritable);
        using AnonymousPipeServerStream input = new(PipeDirection.Out);
        using WindowsProcess child = WindowsProcess.Start(Specify("wait") with { Input = input.ClientSafePipeHandle });
        input.DisposeLocalCopyOfClientHandle();
        file.Dispose();

        File.OpenRead(path).Dispose();
        Assert.Null(child.WaitForExit(TimeSpan.Zero));
        input.Dispose();

        Assert.Equal(0u, child.WaitForExit(Limit)); // its standard input was the listed handle
        File.Delete(path);
    }

    [Fact]
    public void Start_HandleThatIsClosed_IsRefusedByName()
    {
        AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        SafeHandle closed = pipe.ClientSafePipeHandle;
        pipe.Dispose();
        closed.Dispose();

        Assert.Contains("closed", Assert.Throws<ArgumentException>(() => WindowsProcess.Start(Specify("exit", "0") with { Output = closed })).Message);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(259u)]
    [InlineData(0xC0000005u)]
    [InlineData(0xFFFFFFFFu)]
    public void WaitForExit_AnyCode_IsThatCode(uint code)
    {
        using WindowsProcess child = Start("exit", code.ToString());

        Assert.Equal(code, child.WaitForExit(Limit));
        Assert.Equal(code == 0xC0000005u ? "access violation" : null, NtStatus.Name(code));
    }

    [Fact]
    public void Start_Suspended_RunsOnlyAfterResume()
    {
        using WindowsProcess child = WindowsProcess.Start(Specify("exit", "7") with { Flags = Kernel32.CREATE_SUSPENDED | Kernel32.CREATE_NO_WINDOW });
        Assert.Null(child.WaitForExit(TimeSpan.FromMilliseconds(100)));
        Assert.True(child.StartTime > 0);

        child.Resume();

        Assert.Equal(7u, child.WaitForExit(Limit));
    }

    [Fact]
    public void Terminate_Job_EndsTheGrandchildToo()
    {
        string report = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using WindowsJob job = WindowsJob.Create(allowsBreakaway: false, killsOnClose: true);
        using WindowsProcess child = WindowsProcess.Start(Specify("grandchild", report) with { Job = job });
        Assert.True(child.IsInJob());
        string written = "";
        Assert.True(SpinWait.SpinUntil(() => File.Exists(report) && (written = Read(report)).Length > 0, Limit));
        using System.Diagnostics.Process grandchild = System.Diagnostics.Process.GetProcessById(int.Parse(written));

        job.Terminate(5);

        Assert.Equal(5u, child.WaitForExit(Limit));
        Assert.True(grandchild.WaitForExit(Limit));
        File.Delete(report);
    }

    [Fact]
    public void Start_ProgramThatDoesNotExist_NamesItAndTheReason()
    {
        var error = Assert.Throws<System.ComponentModel.Win32Exception>(
            () => WindowsProcess.Start(new WindowsStart { Application = @"C:\no\such.exe", CommandLine = "such" }));
        Assert.Contains(@"C:\no\such.exe", error.Message);
        Assert.True(error.NativeErrorCode is 2 or 3);
    }

    [Fact]
    public unsafe void CommandLineToArgv_WhatJoinMade_GivesTheArgumentsBack()
    {
        Random random = new(24_576);
        for (int round = 0; round < 2000; round++)
        {
            string[] arguments = RandomArguments(random);
            int count;
            char** split = CommandLineToArgv(WindowsArguments.Join(@"C:\a b\c.exe", arguments), &count);
            Assert.Equal(arguments.Length + 1, count);
            for (int i = 0; i < arguments.Length; i++)
                Assert.Equal(arguments[i], new string(split[i + 1]));

            Marshal.FreeHGlobal((nint)split);
        }
    }

    /// <summary>Through the program's own start: .NET's host is a program of the C runtime.</summary>
    [Fact]
    public void Start_OddArguments_ArriveAsTheyAre()
    {
        Random random = new(1);
        for (int round = 0; round < 5; round++)
        {
            string[] arguments = [.. Enumerable.Range(0, 20).SelectMany(_ => RandomArguments(random))];
            using AnonymousPipeServerStream output = new(PipeDirection.In);
            using WindowsProcess child = WindowsProcess.Start(Specify(["arguments", .. arguments]) with { Output = output.ClientSafePipeHandle });
            output.DisposeLocalCopyOfClientHandle();
            using StreamReader reader = new(output);
            Assert.Equal(string.Join('\0', arguments), reader.ReadToEnd());
            Assert.Equal(0u, child.WaitForExit(Limit));
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // the writer still has it
        }
    }

    private static WindowsProcess Start(params string[] arguments) => WindowsProcess.Start(Specify(arguments));

    private static WindowsStart Specify(params string[] arguments) => new()
    {
        Application = Child.Executable,
        CommandLine = WindowsArguments.Join(Child.Executable, arguments),
        Flags = Kernel32.CREATE_NO_WINDOW,
    };

    private static string[] RandomArguments(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new string(random.GetItems("\\\\\\\"\"\"  \tab%^&|<>!'".ToCharArray(), random.Next(0, 9))))];

    [LibraryImport("shell32", EntryPoint = "CommandLineToArgvW", StringMarshalling = StringMarshalling.Utf16)]
    private static unsafe partial char** CommandLineToArgv(string line, int* count);
}
