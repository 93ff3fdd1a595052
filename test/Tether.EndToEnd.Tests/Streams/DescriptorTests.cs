using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>Descriptors that are passed on explicitly. Of tst_qprocess: unixProcessParametersOtherFileDescriptors.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed partial class DescriptorTests
{
    /// <summary>Of a line of <c>ls -l</c>.</summary>
    [GeneratedRegex(@"[0-9]+ -> .*$")]
    private static partial Regex Descriptor { get; }

    [Fact]
    public async Task UnixProcessParametersOtherFileDescriptors_Listed_ArriveAndNothingElse()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        using SafeFileHandle first = File.OpenHandle(files.Make("first", "one"));
        using SafeFileHandle second = File.OpenHandle(files.Make("second", "two"));
        // Without close-on-exec, as native libraries open them.
        using AnonymousPipeServerStream unlisted = new(PipeDirection.Out, HandleInheritability.Inheritable);
        // Not through a pipe of the shell's, whose ends would be among what it lists.
        const string script = "ls -l /proc/$$/fd; cat <&9 <&4";
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", script)
        {
            InheritedDescriptors = new Dictionary<int, SafeHandle> { [9] = first, [4] = second },
            StandardInput = ProcessStream.Null,
            StandardError = ProcessStream.Null,
        });
        string[] lines = (await process.StandardOutput.ReadTextAsync(home.Bound)).Split('\n');
        string stdout = Path.Combine(home.Path, process.Name, "stdout");
        Assert.Equal(
            ["0 -> /dev/null", $"1 -> {stdout}", "2 -> /dev/null", $"4 -> {files["second"]}", $"9 -> {files["first"]}"],
            lines[..^1]
                .Where(line => line.Contains(" -> ", StringComparison.Ordinal))
                .Select(line => Descriptor.Match(line).Value)
                .Order(StringComparer.Ordinal));
        Assert.Equal("two", lines[^1]);
        Assert.Equal([4, 9], process.GetRecord().InheritedDescriptors);
    }

    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(5, 4, 3)]
    [InlineData(1023, 3, 512)]
    [InlineData(6, 7, 8)]
    public async Task UnixProcessParametersOtherFileDescriptors_AnyNumbers_EachIsWhatWasNamed(params int[] numbers)
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        Dictionary<int, SafeHandle> descriptors = [];
        foreach (int number in numbers)
        {
            descriptors.Add(number, File.OpenHandle(files.Make(number.ToString(), $"[{number}]")));
        }

        string script = string.Concat(numbers.Select(number => $"cat /proc/$$/fd/{number}; "));
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", script)
        {
            InheritedDescriptors = descriptors,
            StandardError = ProcessStream.MergeIntoStandardOutput,
        });
        foreach (SafeHandle handle in descriptors.Values)
        {
            handle.Dispose();
        }

        Assert.Equal(string.Concat(numbers.Select(number => $"[{number}]")), await process.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task UnixProcessParametersOtherFileDescriptors_AsManyAsPossible_AllArrive()
    {
        await using TestHome home = new();
        using SafeFileHandle file = File.OpenHandle("/dev/null");
        Dictionary<int, SafeHandle> descriptors = Enumerable.Range(3, ProcessSpec.MaximumInheritedDescriptors)
            .ToDictionary(number => number, SafeHandle (_) => file);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "ls /proc/$$/fd; true")
        {
            InheritedDescriptors = descriptors,
            StandardInput = ProcessStream.Descriptor(file),
            StandardError = ProcessStream.Descriptor(file),
        });
        string[] numbers = (await process.StandardOutput.ReadTextAsync(home.Bound)).TrimEnd().Split('\n');
        Assert.Equal(Enumerable.Range(0, ProcessSpec.MaximumInheritedDescriptors + 3), numbers.Select(int.Parse).Order());
        descriptors.Add(1000, file);
        Assert.Throws<ArgumentException>(() => new ProcessSpec("true") { InheritedDescriptors = descriptors });
    }

    [Fact]
    public async Task UnixProcessParametersOtherFileDescriptors_ListeningPort_IsFreeWhenTheProgramAndTheLauncherHaveClosedIt()
    {
        await using TestHome home = new();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "read a; exec 5<&-; echo closed; read b")
        {
            InheritedDescriptors = new Dictionary<int, SafeHandle> { [5] = listener.SafeHandle },
        });
        listener.Dispose();
        // Only the program has it: neither its keeper nor this process.
        await HoldersAreAsync(() => ResourceHolders.OfPort(port), home.Bound, process.Id);
        await process.StandardInput.WriteTextAsync("\n", home.Bound);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 7, home.Bound);
        await HoldersAreAsync(() => ResourceHolders.OfPort(port), home.Bound);
        using Socket again = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new IPEndPoint(IPAddress.Loopback, port));
        again.Listen();
    }

    [Fact]
    public async Task UnixProcessParametersOtherFileDescriptors_LockedFile_StaysLockedUntilTheProgramEnds()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string path = files.Make("lock", "");
        // .NET takes flock(2) for FileShare.None.
        FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            InheritedDescriptors = new Dictionary<int, SafeHandle> { [3] = file.SafeFileHandle },
        });
        await using TetheredProcess flock = await home.StartAsync("flock", "-n", path, "true");
        Assert.NotEqual(0, (await flock.WaitForExitAsync(home.Bound)).ExitCode);
        await HoldersAreAsync(() => ResourceHolders.OfFile(path), home.Bound, process.Id, Environment.ProcessId);
        await process.StandardInput.CompleteAsync(home.Bound);
        await process.WaitForExitAsync(home.Bound);
        await file.DisposeAsync();
        await HoldersAreAsync(() => ResourceHolders.OfFile(path), home.Bound);
        await using TetheredProcess free = await home.StartAsync("flock", "-n", path, "true");
        Assert.Equal(0, (await free.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task Descriptor_PipeOfTheLauncher_IsTheProgramsOutput()
    {
        await using TestHome home = new();
        using AnonymousPipeServerStream pipe = new(PipeDirection.In);
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("echo", "through my own pipe")
        {
            StandardOutput = ProcessStream.Descriptor(pipe.ClientSafePipeHandle),
        });
        pipe.DisposeLocalCopyOfClientHandle();
        using StreamReader reader = new(pipe);
        Assert.Equal("through my own pipe\n", await reader.ReadToEndAsync(home.Bound));
        Assert.Equal(ProcessStreamKind.Descriptor, process.GetRecord().StandardOutput.Target.Kind);
    }

    [Fact]
    public async Task Descriptor_Closed_IsAnErrorBeforeAnythingIsStarted()
    {
        await using TestHome home = new();
        SafeFileHandle closed = File.OpenHandle("/dev/null");
        closed.Dispose();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(
            () => home.StartAsync(new ProcessSpec("true") { InheritedDescriptors = new Dictionary<int, SafeHandle> { [7] = closed } }));
        Assert.Equal(StartFailure.RedirectionFailed, error.Reason);
        Assert.Contains("the handle for its descriptor 7 is not open", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ProcessStartException>(
            () => home.StartAsync(new ProcessSpec("true") { StandardInput = ProcessStream.Descriptor(closed) }));
        Assert.Contains("descriptor 0", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ProcessSpec("true") { InheritedDescriptors = new Dictionary<int, SafeHandle> { [2] = closed } });
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task Run_Descriptors_ArePassedOnFromTheShell()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        string file = files.Make("f", "passed on");
        CliResult result = await home.ShellAsync($"tether run -a -n x --fd 7=3 sh -c 'cat <&7; ls /proc/$$/fd; true' 3< {file}");
        Assert.Equal("passed on0\n1\n2\n7\n", result.Succeeded());
        using JsonDocument json = JsonDocument.Parse((await home.CliAsync("show", "x", "--json")).Succeeded());
        Assert.Equal(7, json.RootElement.GetProperty("descriptors")[0].GetInt32());
        Assert.Contains("passed on: descriptor 7\n", (await home.CliAsync("show", "x")).Succeeded(), StringComparison.Ordinal);
        (await home.CliAsync("run", "--fd", "77", "true")).Failed(2, "was given no descriptor 77");
        (await home.CliAsync("run", "--fd", "x", "true")).Failed(2, "'x' names no descriptor");
        (await home.ShellAsync($"tether run --fd 2000=3 true 3< {file}")).Failed(2, "numbers 3 to 1023");
    }

    /// <summary>Nobody else holds it, but for a moment: a child that another test starts has copies of what this process has, until its exec.</summary>
    private static async Task HoldersAreAsync(Func<ResourceHolders> look, CancellationToken bound, params int[] expected)
    {
        int[] Found() => [.. look().Holders.Select(holder => holder.ProcessId).Order()];
        await Waits.UntilAsync(() => bound.IsCancellationRequested || Found().SequenceEqual(expected.Order()), bound);
        Assert.Equal(expected.Order(), Found());
    }
}
