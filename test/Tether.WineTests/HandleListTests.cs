using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Windows;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>Which handles arrive, when they are inheritable, and what is told instead of "error 87".</summary>
public sealed unsafe class HandleListTests
{
    [Fact]
    public void Start_ThreeOfTwentyInheritableFilesListed_OnlyTheseArrive()
    {
        using ScratchFiles files = new();
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"file {i}")];
        FileStream[] open = [.. names.Select(files.OpenInheritable)];
        using AnonymousPipeServerStream input = new(PipeDirection.Out);
        using WindowsProcess child = WindowsProcess.Start(Specification.Of("wait") with
        {
            Input = input.ClientSafePipeHandle,
            Handles = [open[3].SafeFileHandle, open[7].SafeFileHandle, open[19].SafeFileHandle],
        });
        input.DisposeLocalCopyOfClientHandle();
        foreach (FileStream file in open)
            file.Dispose();

        Assert.Equal(["file 3", "file 7", "file 19"], names.Where(name => !files.IsFree(name)));

        input.Dispose();
        Assert.Equal(0u, child.WaitForExit(Specification.Limit));
        Assert.All(names, name => Assert.True(files.BecomesFree(name)));
    }

    [Fact]
    public void MakeInheritable_Handle_IsInheritableWithinAndNeitherBeforeNorAfter()
    {
        using ScratchFiles files = new();
        using FileStream plain = File.Create(files["plain"]);
        using FileStream inheritable = files.OpenInheritable("inheritable");
        using HandleList list = HandleList.Take([plain.SafeFileHandle, inheritable.SafeFileHandle, plain.SafeFileHandle]);
        Assert.Equal(2, list.Count);
        Assert.Equal((false, true), (IsInheritable(plain), IsInheritable(inheritable)));

        using (list.MakeInheritable())
            Assert.Equal((true, true), (IsInheritable(plain), IsInheritable(inheritable)));

        // What somebody else made inheritable is his.
        Assert.Equal((false, true), (IsInheritable(plain), IsInheritable(inheritable)));
    }

    [Fact]
    public void Start_ThatFails_LeavesNoHandleInheritable()
    {
        using ScratchFiles files = new();
        using FileStream file = File.Create(files["file"]);
        WindowsStart start = new() { Application = @"C:\no\such.exe", CommandLine = "such", Output = file.SafeFileHandle };

        Assert.Throws<System.ComponentModel.Win32Exception>(() => WindowsProcess.Start(start));

        Assert.False(IsInheritable(file));
    }

    /// <summary>
    /// The moment that no list of handles can close: why a launcher, whose other threads start what they like, passes no handle on, and the
    /// keeper does it, in which nothing else is started.
    /// </summary>
    [Fact]
    public void MakeInheritable_StartOfSomebodyElseAtThatMoment_TakesTheHandle()
    {
        using ScratchFiles files = new();
        FileStream file = new(files["file"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Process during;
        using (HandleList list = HandleList.Take([file.SafeFileHandle]))
        {
            using (list.MakeInheritable())
                during = StartForeign();
        }

        using Process after = StartForeign();
        file.Dispose();
        Assert.False(files.IsFree("file"));

        End(during);
        Assert.True(files.BecomesFree("file"));
        End(after);
        during.Dispose();
    }

    [Fact]
    public void Take_WhatIsNoHandle_IsRefusedWithItsValue()
    {
        using ScratchFiles files = new();
        FileStream closed = File.Create(files["file"]);
        SafeFileHandle closedHandle = closed.SafeFileHandle;
        closed.Dispose();
        using SafeFileHandle stale = new(0x7ffc, ownsHandle: false);
        using SafeProcessHandle pseudo = new(-2, ownsHandle: false); // GetCurrentThread

        AssertRefused("closed", closedHandle);
        AssertRefused("0x7ffc", stale);
        AssertRefused("pseudo handle", pseudo);
        AssertRefused("invalid", new SafeFileHandle(-1, ownsHandle: false));
        using HandleList none = HandleList.Take([]);
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void Start_OneHandleForOutputAndError_HasBoth()
    {
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        SafeHandle end = output.ClientSafePipeHandle;
        using WindowsProcess child = WindowsProcess.Start(Specification.Of("nonsense") with { Output = end, Error = end });
        output.DisposeLocalCopyOfClientHandle();
        using StreamReader reader = new(output);

        Assert.Contains("no behaviour", reader.ReadToEnd());
        Assert.Equal(99u, child.WaitForExit(Specification.Limit));
    }

    [Fact]
    public void Start_HandlesByVariables_ProgramFindsAndUsesThem()
    {
        using ScratchFiles files = new();
        using FileStream one = new(files["one"], FileMode.Create, FileAccess.Write, FileShare.None);
        using FileStream two = new(files["two"], FileMode.Create, FileAccess.Write, FileShare.None);
        WindowsStart start = Specification.Of("write-to", "FIRST", "SECOND") with
        {
            Environment = Specification.Environment(),
            Handles = [one.SafeFileHandle, two.SafeFileHandle],
            Parameters = new() { HandleVariables = ["FIRST", "SECOND"] },
        };
        using (WindowsProcess child = WindowsProcess.Start(start))
        {
            one.Dispose();
            two.Dispose();
            Assert.Equal(0u, child.WaitForExit(Specification.Limit));
        }

        Assert.True(files.BecomesFree("one") && files.BecomesFree("two"));
        Assert.Equal(("FIRST", "SECOND"), (File.ReadAllText(files["one"]), File.ReadAllText(files["two"])));
    }

    private static Process StartForeign() => PlainStart.Of(
        new ProcessStartInfo(Child.Executable, ["wait"]) { UseShellExecute = false, RedirectStandardInput = true });

    private static void End(Process process)
    {
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(Specification.Limit));
    }

    private static bool IsInheritable(FileStream file)
    {
        uint flags;
        Assert.True(Kernel32.GetHandleInformation(file.SafeFileHandle.DangerousGetHandle(), &flags));
        return (flags & Kernel32.HANDLE_FLAG_INHERIT) != 0;
    }

    private static void AssertRefused(string text, SafeHandle handle) =>
        Assert.Contains(text, Assert.Throws<ArgumentException>(() => HandleList.Take([handle])).Message);
}
