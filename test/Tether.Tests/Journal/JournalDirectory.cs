using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Keeper;
using Tether.Records;

namespace Tether.Tests.Journal;

/// <summary>The journal's files in a directory of their own, with both ends.</summary>
internal sealed class JournalDirectory : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("tether-journal-").FullName;

    internal JournalDirectory(long window, WindowFullPolicy whenFull, TimeProvider? time = null)
    {
        Writer = new SessionJournal(
            Create(RecordPaths.Positions),
            [Create(RecordPaths.StandardOutputLog), Create(RecordPaths.StandardErrorLog), Create(RecordPaths.OrderLog)],
            window,
            whenFull,
            written: null,
            time ?? new ManualTime());
        Reader = new JournalReader(_path, "test");
    }

    internal SessionJournal Writer { get; }

    internal JournalReader Reader { get; }

    internal string PathOf(string file) => Path.Combine(_path, file);

    /// <summary>Everything of stdout from the offset on.</summary>
    internal byte[] ReadFrom(long offset)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[1000];
        while (Reader.Read(JournalSection.StandardOutput, offset, buffer, out long missed) is > 0 and var read)
        {
            Assert.Equal(0, missed);
            all.Write(buffer, 0, read);
            offset += read;
        }

        return all.ToArray();
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private SafeFileHandle Create(string file) => File.OpenHandle(PathOf(file), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
}
