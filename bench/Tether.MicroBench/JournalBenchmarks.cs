using BenchmarkDotNet.Attributes;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Records;

namespace Tether.MicroBench;

/// <summary>A piece of output appended to a journal whose window is full, and read back. The files are in TMPDIR.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks : IDisposable
{
    private readonly List<SafeFileHandle> _files = [];
    private string _directory = "";
    private byte[] _piece = [];
    private StreamJournal? _journal;
    private JournalReader? _reader;

    [Params(80, 65536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _directory = Directory.CreateTempSubdirectory("tether-micro-").FullName;
        _piece = new byte[Size];
        SafeFileHandle positions = Create(RecordPaths.Positions);
        PositionsFile.Create(positions);
        SafeFileHandle data = Create(RecordPaths.StandardOutputLog);
        Create(RecordPaths.StandardErrorLog);
        Create(RecordPaths.OrderLog);
        _journal = new StreamJournal(data, positions, JournalSection.StandardOutput, 1 << 20, WindowFullPolicy.DropOldest);
        while (_journal.End < 4 << 20)
        {
            _journal.Append(_piece);
        }

        _reader = new JournalReader(_directory, "micro");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader?.Dispose();
        _files.ForEach(file => file.Dispose());
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Append() => _journal!.Append(_piece);

    [Benchmark]
    public int Read() => _reader!.Read(JournalSection.StandardOutput, _journal!.End - Size, _piece, out _);

    private SafeFileHandle Create(string name)
    {
        string path = Path.Combine(_directory, name);
        _files.Add(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite));
        return _files[^1];
    }
}
