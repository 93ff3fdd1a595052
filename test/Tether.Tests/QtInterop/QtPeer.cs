using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tether.Tests.QtInterop;

/// <summary>Builds peer.cpp once for the tests of a class, in a directory that is gone with them.</summary>
public sealed class QtPeer : IDisposable
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(2);

    private readonly ScratchDirectory _scratch = new();

    public QtPeer()
    {
        string[] flags = Run("pkg-config", ["--cflags", "--libs", "Qt6Network"]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Run("g++", ["-std=c++17", "-O1", "-fPIC", "-o", Executable, SourcePath(), .. flags]);
    }

    private string Executable => _scratch["peer"];

    public void Dispose() => _scratch.Dispose();

    /// <param name="role"><c>client</c> or <c>server</c>, or either with <c>abstract-</c> in front.</param>
    internal Process Start(string role, string name, long bytes) =>
        Process.Start(new ProcessStartInfo(Executable, [role, name, bytes.ToString()]) { RedirectStandardOutput = true })!;

    private static string SourcePath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "peer.cpp");

    private static string Run(string program, string[] arguments)
    {
        const string Remedy = "These tests need Qt 6 and a C++ compiler; on Debian: apt-get install qt6-base-dev pkg-config g++.";
        Process? started;
        try
        {
            started = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"'{program}' cannot be started: {error.Message}. {Remedy}", error);
        }

        using Process process = started!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(BuildLimit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new InvalidOperationException($"'{program}' did not end within {BuildLimit.TotalSeconds} s.");
        }

        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"'{program}' ended with {process.ExitCode}. {Remedy}\n{errors.GetAwaiter().GetResult()}");
    }
}
