using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Platform;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>What real processes have open, and what of it they would pass on.</summary>
public sealed class DiagnosisTests
{
    [Fact]
    public void Inspect_ThisProcess_ListsTheInheritableFileWithItsPathAndNotTheOther()
    {
        using ScratchFiles files = new();
        using FileStream plain = File.Create(files["plain"]);
        using FileStream inheritable = files.OpenInheritable("inheritable");

        InheritanceReport report = InheritanceReport.Inspect();

        Assert.Equal((Environment.ProcessId, "tether-wine-tests.exe"), (report.ProcessId, report.ProcessName));
        Assert.Empty(report.Problems);
        InheritableDescriptor found = Assert.Single(report.Descriptors, descriptor => descriptor.Number == Value(inheritable.SafeFileHandle));
        Assert.Equal((DescriptorKind.File, files["inheritable"]), (found.Kind, found.Target));
        Assert.Contains(files["inheritable"], found.KeepsBusy);
        Assert.DoesNotContain(report.Descriptors, descriptor => descriptor.Number == Value(plain.SafeFileHandle));
    }

    [Fact]
    public void Inspect_HandlesOfManyKinds_AreNamed()
    {
        using ScratchFiles files = new();
        using EventWaitHandle named = new(false, EventResetMode.AutoReset, "tether-test-event");
        using Mutex mutex = new();
        using AnonymousPipeServerStream pipe = new(PipeDirection.In);
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using SafeProcessHandle self = Kernel32.OpenProcess(Kernel32.PROCESS_QUERY_LIMITED_INFORMATION, false, Environment.ProcessId);
        using SafeFileHandle directory = OpenDirectory(files[""]);
        using SafeFileHandle device = File.OpenHandle("NUL", FileMode.Open, FileAccess.Read);
        using WindowsJob job = WindowsJob.Create(allowsBreakaway: false, killsOnClose: false);
        SafeHandle[] all = [named.SafeWaitHandle, mutex.SafeWaitHandle, pipe.SafePipeHandle, listening.SafeHandle, datagrams.SafeHandle, self,
            directory, device, job.Handle];
        foreach (SafeHandle handle in all)
            Assert.True(Kernel32.SetHandleInformation(handle.DangerousGetHandle(), Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT));

        Dictionary<int, InheritableDescriptor> found = InheritanceReport.Inspect().Descriptors.ToDictionary(descriptor => descriptor.Number);

        InheritableDescriptor Of(SafeHandle handle) => found[Value(handle)];
        Assert.Equal(
            [DescriptorKind.Other, DescriptorKind.Other, DescriptorKind.Pipe, DescriptorKind.TcpSocket, DescriptorKind.UdpSocket,
                DescriptorKind.Other, DescriptorKind.Directory, DescriptorKind.Device, DescriptorKind.Other],
            all.Select(handle => Of(handle).Kind));
        Assert.StartsWith("event ", Of(named.SafeWaitHandle).Target);
        Assert.EndsWith("tether-test-event", Of(named.SafeWaitHandle).Target);
        Assert.Equal("mutex", Of(mutex.SafeWaitHandle).Target);
        Assert.Contains("read end", Of(pipe.SafePipeHandle).KeepsBusy);
        Assert.Equal($"TCP {listening.LocalEndPoint}, listening", Of(listening.SafeHandle).Target);
        Assert.Equal($"UDP {datagrams.LocalEndPoint}, bound", Of(datagrams.SafeHandle).Target);
        Assert.Equal($"process {Environment.ProcessId} (tether-wine-tests.exe)", Of(self).Target);
        Assert.Equal(files[""].TrimEnd('\\'), Of(directory).Target);
        Assert.Equal("job", Of(job.Handle).Target);
    }

    [Fact]
    public void Inspect_PipeThatSomebodyReads_IsListedAndNotWaitedFor()
    {
        using AnonymousPipeServerStream reading = new(PipeDirection.In);
        using AnonymousPipeClientStream writing = new(PipeDirection.Out, reading.ClientSafePipeHandle);
        Assert.True(Kernel32.SetHandleInformation(
            reading.SafePipeHandle.DangerousGetHandle(), Kernel32.HANDLE_FLAG_INHERIT, Kernel32.HANDLE_FLAG_INHERIT));
        Thread reader = new(() => reading.ReadByte());
        reader.Start();
        SpinWait.SpinUntil(() => (reader.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0, 500);

        InheritanceReport report = InheritanceReport.Inspect();

        Assert.Contains(report.Descriptors, descriptor => descriptor.Number == Value(reading.SafePipeHandle));
        writing.WriteByte(1);
        reader.Join();
    }

    [Fact]
    public void TryLook_OneThatDoesNotEnd_IsGivenUpAndTheNextIsMade()
    {
        using ManualResetEventSlim end = new();
        using BoundedLooks looks = new();
        Assert.False(looks.TryLook(() => end.Wait(Specification.Limit), out _));
        Assert.True(looks.TryLook(() => 5, out int five));
        Assert.Equal(5, five);
        Assert.Throws<IOException>(() => looks.TryLook<int>(() => throw new IOException(), out _));
        Assert.True(looks.TryLook(() => 6, out _));
        end.Set();
    }

    [Fact]
    public void Inspect_AnotherProcess_ListsWhatItWouldPassOnButNotItsStandardStreams()
    {
        using ScratchFiles files = new();
        using Holder holder = new("hold", files["held"]);

        InheritanceReport report = InheritanceReport.Inspect(holder.Id);

        Assert.Empty(report.Problems);
        InheritableDescriptor found = Assert.Single(report.Descriptors, descriptor => descriptor.Number == holder.Handle);
        Assert.Equal((DescriptorKind.File, files["held"]), (found.Kind, found.Target));
        // Beside what it has inherited itself. Its streams are pipes.
        Assert.DoesNotContain(report.Descriptors, descriptor => descriptor.Kind == DescriptorKind.Pipe);
    }

    [Fact]
    public void Inspect_NoSuchProcess_SaysSo()
    {
        using Holder holder = new("wait");
        InheritanceReport.Inspect(holder.Id);
        Assert.Throws<ProcessNotFoundException>(() => InheritanceReport.Inspect(2_147_483_644));
        // Windows opens a process by three other numbers too.
        Assert.Throws<ProcessNotFoundException>(() => InheritanceReport.Inspect(holder.Id + 1));
    }

    [Fact]
    public void OfFile_ChildHasItOpen_IsTheChildUntilItsEnd()
    {
        using ScratchFiles files = new();
        using Holder holder = new("hold", files["held"]);

        ResourceHolder found = Assert.Single(ResourceHolders.OfFile(files["held"]).Holders);

        Assert.Equal((holder.Id, "tether-windows-test-program.exe", holder.Handle), (found.ProcessId, found.ProcessName, found.Descriptor));
        Assert.Equal((ResourceUse.Descriptor, files["held"], true), (found.Use, found.Target, found.IsInheritable));
        Assert.Equal((ResourceOrigin.Unknown, null), (found.Origin, found.Ancestor));

        holder.End();
        Assert.True(files.BecomesFree("held"));
        Assert.Empty(ResourceHolders.OfFile(files["held"]).Holders);
    }

    [Fact]
    public void OfFile_ChildInheritedIt_NamesTheAncestorAndItsHandle()
    {
        using ScratchFiles files = new();
        using FileStream file = files.OpenInheritable("file");
        using FileStream unrelated = File.Create(files["unrelated"]);
        using Holder holder = new("wait");

        IReadOnlyList<ResourceHolder> holders = ResourceHolders.OfFile(files["file"].ToUpperInvariant()).Holders;

        Assert.Equal([Environment.ProcessId, holder.Id], holders.Select(found => found.ProcessId).Order(Comparer<int>.Create(OwnFirst)));
        ResourceHolder own = holders.Single(found => found.ProcessId == Environment.ProcessId);
        ResourceHolder inherited = holders.Single(found => found.ProcessId == holder.Id);
        Assert.Equal((Value(file.SafeFileHandle), null), (own.Descriptor, own.Ancestor));
        Assert.Equal(ResourceOrigin.Ancestor, inherited.Origin);
        Assert.Equal(
            new ResourceAncestor(Environment.ProcessId, "tether-wine-tests.exe", Value(file.SafeFileHandle), IsCertain: true), inherited.Ancestor);
    }

    [Fact]
    public void OfFile_OpenedTwice_IsNobodysInheritance()
    {
        using ScratchFiles files = new();
        using FileStream own = new(files["file"], FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        using Holder holder = new("hold", files["file"]);
        ResourceHolder found = Assert.Single(ResourceHolders.OfFile(files["file"]).Holders, found => found.ProcessId == holder.Id);
        Assert.Equal((ResourceOrigin.Unknown, null), (found.Origin, found.Ancestor));
    }

    [Fact]
    public void OfFile_ProgramAndMapping_AreSeenWithoutAHandle()
    {
        ResourceHolder executable = Assert.Single(
            ResourceHolders.OfFile(Environment.ProcessPath!).Holders, holder => holder is { Use: ResourceUse.Executable } && holder.ProcessId == Environment.ProcessId);
        Assert.Null(executable.Descriptor);

        using ScratchFiles files = new();
        File.WriteAllBytes(files["mapped"], new byte[4096]);
        using (MemoryMappedViewAccessor view = Map(files["mapped"]))
        {
            ResourceHolder mapping = Assert.Single(ResourceHolders.OfFile(files["mapped"]).Holders);
            Assert.Equal((Environment.ProcessId, ResourceUse.Mapping), (mapping.ProcessId, mapping.Use));
        }

        Assert.Empty(ResourceHolders.OfFile(files["mapped"]).Holders);
    }

    [Fact]
    public void OfFile_DirectoryThatAChildWorksIn_IsTheChild()
    {
        using ScratchFiles files = new();
        Directory.CreateDirectory(files["work"]);
        using Holder holder = new(files["work"], ["wait"]);
        Assert.Equal(holder.Id, Assert.Single(ResourceHolders.OfFile(files["work"]).Holders).ProcessId);
        holder.End();
    }

    [Fact]
    public void OfFile_WhatIsNotThereOrNoFile_SaysSo()
    {
        using ScratchFiles files = new();
        Assert.Throws<FileNotFoundException>(() => ResourceHolders.OfFile(files["missing"]));
        Assert.Throws<FileNotFoundException>(() => ResourceHolders.OfFile(files[@"missing\file"]));
        foreach (string device in (string[])["NUL", @"\\.\pipe\tether-test", @"\\?\pipe\tether-test", @"\\localhost\pipe\tether-test"])
            Assert.Contains("cannot be told on Windows", Assert.ThrowsAny<IOException>(() => ResourceHolders.OfFile(device)).Message);
    }

    [Fact]
    public void OfPort_SocketsOfThisProcess_AreItsOwn()
    {
        using Connection connection = new();
        ResourceHolders found = ResourceHolders.OfPort(connection.Port);
        Assert.Equal($":{connection.Port}", found.Resource);
        ResourceHolder connected = Assert.Single(found.Holders);
        Assert.Equal(
            (Environment.ProcessId, $"TCP {connection.Client.LocalEndPoint}, connected to {connection.Client.RemoteEndPoint}", null),
            (connected.ProcessId, connected.Target, connected.Descriptor));

        // Wine knows whose a socket is only when it was not accepted and has passed bytes.
        int listening = ((IPEndPoint)connection.Client.RemoteEndPoint!).Port;
        found = ResourceHolders.OfPort(listening);
        Assert.True(found.UnseenProcesses == 2 || found.Holders.Any(
            holder => holder.ProcessId == Environment.ProcessId && holder.Target == $"TCP 127.0.0.1:{listening}, listening"));

        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        datagrams.SendTo([1], datagrams.LocalEndPoint!);
        ResourceHolder udp = Assert.Single(ResourceHolders.OfPort(((IPEndPoint)datagrams.LocalEndPoint!).Port).Holders);
        Assert.Equal((Environment.ProcessId, $"UDP {datagrams.LocalEndPoint}, bound"), (udp.ProcessId, udp.Target));
    }

    /// <summary>The system tells who made a socket, and nobody else who has it.</summary>
    [Fact]
    public void OfPort_SocketThatAChildInherited_IsItsMakers()
    {
        using SharedSocket socket = new();
        ResourceHolder found = Assert.Single(ResourceHolders.OfPort(socket.Port).Holders);
        Assert.Equal((socket.Maker.Id, ResourceOrigin.Unknown, null), (found.ProcessId, found.Origin, found.GoneProcessId));
    }

    [Fact]
    public void OfPort_SocketWhoseMakerEnded_IsStillTheMakers()
    {
        using SharedSocket socket = new();
        socket.Maker.End();
        ResourceHolder found = Assert.Single(ResourceHolders.OfPort(socket.Port).Holders);
        Assert.Equal((socket.Maker.Id, ResourceOrigin.AncestorGone, socket.Maker.Id), (found.ProcessId, found.Origin, found.GoneProcessId));
    }

    [Fact]
    public async Task Doctor_AnotherProcess_PrintsItsFile()
    {
        await using TestHome home = new();
        using ScratchFiles files = new();
        using Holder holder = new("hold", files["held"]);

        CliResult json = await home.CliAsync("doctor", $"{holder.Id}", "--json");
        Assert.Equal((1, ""), (json.ExitCode, json.Error));
        JsonElement found = Assert.Single(
            JsonDocument.Parse(json.OutputBytes).RootElement.GetProperty("descriptors").EnumerateArray(),
            descriptor => descriptor.GetProperty("number").GetInt32() == holder.Handle);
        Assert.Equal(("file", files["held"]), (found.GetProperty("kind").GetString(), found.GetProperty("target").GetString()));

        CliResult text = await home.CliAsync("doctor", $"{holder.Id}");
        Assert.Matches("handles? would leak", text.Output);
        Assert.Contains($"0x{holder.Handle:x}  file ", text.Output);
    }

    [Fact]
    public async Task Who_FileAndPort_PrintsTheProcess()
    {
        await using TestHome home = new();
        using ScratchFiles files = new();
        using Holder holder = new("hold", files["held"]);
        JsonElement found = Assert.Single(JsonDocument.Parse((await home.CliAsync("who", files["held"], "--json")).Succeeded())
            .RootElement.GetProperty("holders").EnumerateArray());
        Assert.Equal((holder.Id, holder.Handle), (found.GetProperty("pid").GetInt32(), found.GetProperty("descriptor").GetInt32()));
        Assert.Contains($"handle 0x{holder.Handle:x}, inherited by what it starts", (await home.CliAsync("who", files["held"])).Succeeded());

        using Connection connection = new();
        Assert.Contains($"(PID {Environment.ProcessId}): made it", (await home.CliAsync("who", $":{connection.Port}")).Succeeded());
    }

    private static int Value(SafeHandle handle) => (int)handle.DangerousGetHandle();

    private static int OwnFirst(int one, int other) => (one != Environment.ProcessId).CompareTo(other != Environment.ProcessId);

    private static SafeFileHandle OpenDirectory(string path)
    {
        unsafe
        {
            SafeFileHandle handle = Kernel32.CreateFile(
                path, Kernel32.GENERIC_READ, Kernel32.FILE_SHARE_ALL, null, Kernel32.OPEN_EXISTING, Kernel32.FILE_FLAG_BACKUP_SEMANTICS, 0);
            Assert.False(handle.IsInvalid);
            return handle;
        }
    }

    /// <summary>Of the file that is mapped, nothing but the view stays open.</summary>
    private static MemoryMappedViewAccessor Map(string path)
    {
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path);
        return file.CreateViewAccessor();
    }

    /// <summary>A connection of this process with itself, through which a byte has gone.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Socket _accepted;

        internal Connection()
        {
            _listener.Start();
            Client.Connect(_listener.LocalEndpoint);
            _accepted = _listener.AcceptSocket();
            Client.Send([1]);
        }

        /// <summary>The end that has a port of its own.</summary>
        internal Socket Client { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        internal int Port => ((IPEndPoint)Client.LocalEndPoint!).Port;

        public void Dispose()
        {
            Client.Dispose();
            _accepted.Dispose();
            _listener.Dispose();
        }
    }

    /// <summary>A socket of a child's, which a child of that one has inherited.</summary>
    private sealed class SharedSocket : IDisposable
    {
        private readonly Process _heir;

        internal SharedSocket()
        {
            Port = int.Parse(Maker.ReadLine());
            _heir = Process.GetProcessById(int.Parse(Maker.ReadLine()));
        }

        internal Holder Maker { get; } = new("leave-socket");

        internal int Port { get; }

        public void Dispose()
        {
            _heir.Kill();
            _heir.WaitForExit();
            _heir.Dispose();
            Maker.Dispose();
        }
    }

    /// <summary>A child that holds what it is told to, until its input ends.</summary>
    private sealed class Holder : IDisposable
    {
        private readonly Process _process;

        internal Holder(params string[] arguments)
            : this(null, arguments)
        {
        }

        internal Holder(string? directory, string[] arguments)
        {
            _process = PlainStart.Of(new ProcessStartInfo(Child.Executable, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                WorkingDirectory = directory ?? "",
            });
            if (arguments[0] == "hold")
                Handle = int.Parse(ReadLine());
        }

        internal int Id => _process.Id;

        /// <summary>Its handle.</summary>
        internal int Handle { get; }

        /// <summary>What it says.</summary>
        internal string ReadLine() => _process.StandardOutput.ReadLine()!;

        internal void End()
        {
            _process.StandardInput.Close();
            Assert.True(_process.WaitForExit(Specification.Limit));
        }

        public void Dispose()
        {
            End();
            _process.Dispose();
        }
    }
}
