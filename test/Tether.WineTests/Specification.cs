using System.IO.Pipes;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Starts of <see cref="Child"/>.</summary>
internal static class Specification
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    internal static WindowsStart Of(params string[] arguments) => new()
    {
        Application = Child.Executable,
        CommandLine = WindowsArguments.Join(Child.Executable, arguments),
        Flags = Kernel32.CREATE_NO_WINDOW,
    };

    /// <summary>What it wrote to its standard output; its exit code has to be 0.</summary>
    /// <param name="start">What is started.</param>
    /// <param name="onStarted">Is called when it has been started.</param>
    internal static string OutputOf(WindowsStart start, Action<WindowsProcess>? onStarted = null)
    {
        using AnonymousPipeServerStream output = new(PipeDirection.In);
        using WindowsProcess child = WindowsProcess.Start(start with { Output = output.ClientSafePipeHandle });
        output.DisposeLocalCopyOfClientHandle();
        onStarted?.Invoke(child);
        using StreamReader reader = new(output);
        string text = reader.ReadToEnd();
        Assert.Equal(0u, child.WaitForExit(Limit));
        return text;
    }

    /// <summary>This process's environment.</summary>
    internal static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.OrdinalIgnoreCase);
}
