using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.EndToEnd.Tests;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>
/// A list of handles protects only its own start: what is inheritable at that moment, any other thread's plain start takes along. So the
/// launcher, whose threads start what they like, makes nothing inheritable: a program's handles are made so in its keeper, where
/// nothing else is started.
/// </summary>
[SupportedOSPlatform("windows")]
public sealed class LeakRaceTests
{
    private const int Threads = 16;
    private const int StartsInAPart = 40;

    /// <summary>
    /// Two hundred starts, in five parts, as no test may take long on a machine that is busy. Those of a part are at the same time, so that the
    /// others do not get all of the machine.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task StartAsync_SixteenThreadsOfPlainStarts_TakeNothingOfOurs(int part)
    {
        using ScratchFiles files = new();
        await using TestHome home = new(seconds: 80);
        // What they have started lives until all of our own starts were looked at.
        using ForeignStarts others = new(Threads);
        await Task.WhenAll(Enumerable.Range(0, StartsInAPart).Select(async i =>
        {
            int before = others.Begun;
            await AssertNothingIsLeftAsync(home, files, $"{part}-{i}");
            Assert.True(others.Begun > before, "Nobody else has started anything meanwhile.");
        }));
    }

    [Fact]
    public async Task StartAsync_AtNoMoment_MakesAHandleOfTheLaunchersInheritable()
    {
        using ScratchFiles files = new();
        await using TestHome home = new();
        await AssertNothingIsLeftAsync(home, files, "first"); // what .NET makes once
        InheritableHandles handles = new();
        using (handles)
        {
            // Until it has looked often enough, also on a machine that has little time for the thread that looks.
            for (int i = 0; i < 5 || handles.Looks <= 5; i++)
            {
                await AssertNothingIsLeftAsync(home, files, $"{i}");
            }
        }

        Assert.Empty(handles.Found);
    }

    /// <summary>The same look at a start that does it the other way: the test above can fail.</summary>
    [Fact]
    public void Start_WithHandles_IsSeenToMakeThemInheritable()
    {
        using ScratchFiles files = new();
        using FileStream file = File.Create(files["file"]);
        InheritableHandles handles = new();
        using (handles)
        {
            using HandleList list = HandleList.Take([file.SafeFileHandle]);
            using HandleList.Scope scope = list.MakeInheritable();
            int looks = handles.Looks;
            SpinWait.SpinUntil(() => handles.Looks > looks + 2, Specification.Limit);
        }

        Assert.Equal([file.SafeFileHandle.DangerousGetHandle()], handles.Found);
    }

    /// <summary>
    /// Starts a program with a file that is passed on, and lets it end. Somebody else who had taken an end of its pipes along would keep
    /// its output from ending; who had taken the file, would keep it busy.
    /// </summary>
    private static async Task AssertNothingIsLeftAsync(TestHome home, ScratchFiles files, string name)
    {
        string keeper;
        using (FileStream file = new(files[name], FileMode.Create, FileAccess.Write, FileShare.None))
        {
            ProcessSpec spec = new("echo", name)
            {
                Name = "p" + name,
                Windows = new() { InheritedHandles = new Dictionary<string, SafeHandle> { ["LOG"] = file.SafeFileHandle } },
            };
            await using TetheredProcess process = await home.StartAsync(spec);
            await using OutputReadStream output = process.StandardOutput.OpenRead();
            using StreamReader reader = new(output);
            Assert.Equal(name, (await reader.ReadToEndAsync(home.Bound)).Trim());
            ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
            Assert.True(exit.OutputComplete, $"Somebody has the output of '{name}' open.");
            keeper = process.Name;
        }

        Assert.True(files.BecomesFree(name), $"Somebody has the file of '{name}' open.");
        TetheredProcess.Remove(keeper, home.Options);
    }
}
