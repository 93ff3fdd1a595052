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
    public async Task Remove_ManyAtOnce_RemovesAllOfThem()
    {
        await using TestHome home = new();
        string[] names = [.. Enumerable.Range(0, 200).Select(number => $"r{number}")];
        foreach (string name in names)
        {
            string directory = Directory.CreateDirectory(Path.Combine(home.Path, name)).FullName;
            foreach (string file in (string[])["record.json", "positions", "stdout", "exit.json"])
                File.WriteAllText(Path.Combine(directory, file), "");
        }

        // All sweep all the time, as each has a record to remove.
        await Task.WhenAll(names.Chunk(names.Length / 8).Select(some => Task.Run(
            () => Array.ForEach(some, name => Assert.True(RecordDirectory.TryRemove(home.Path, name))), home.Bound)));
        Assert.Empty(Directory.GetDirectories(home.Path, "*"));
    }
}
