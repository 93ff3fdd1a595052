using System.Runtime.Versioning;
using Tether.EndToEnd.Tests;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Records that are removed, as Windows has it: files that somebody reads are moved away first.</summary>
[SupportedOSPlatform("windows")]
public sealed class RemovalTests
{
    /// <summary>Each removal also sweeps up what earlier ones had to leave.</summary>
    [Fact]
    public async Task Remove_WhileOthersSweep_RemovesAllOfIt()
    {
        await using TestHome home = new();
        string[] names = [.. Enumerable.Range(0, 200).Select(number => $"r{number}")];
        foreach (string name in names)
        {
            string directory = Directory.CreateDirectory(Path.Combine(home.Path, name)).FullName;
            foreach (string file in (string[])["record.json", "positions", "stdout", "exit.json"])
                File.WriteAllText(Path.Combine(directory, file), "");
        }

        using CancellationTokenSource removed = new();
        Task sweeping = Task.Run(
            () =>
            {
                while (!removed.IsCancellationRequested)
                    RecordDirectory.TryRemove(home.Path, "none"); // whether it has the lock of its own name in that moment does not matter
            },
            home.Bound);
        Array.ForEach(names, name => Assert.True(RecordDirectory.TryRemove(home.Path, name)));
        await removed.CancelAsync();
        await sweeping;
        Assert.Empty(Directory.GetDirectories(home.Path, "r*"));
    }
}
