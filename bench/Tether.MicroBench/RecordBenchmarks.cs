using BenchmarkDotNet.Attributes;
using Tether.Records;

namespace Tether.MicroBench;

/// <summary>A kept program's record, as <c>tether ps</c> reads one.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private const string Name = "micro";
    private string _home = "";
    private TetheredProcess? _process;
    private RecordStore? _store;

    [GlobalSetup]
    public void SetUp()
    {
        _home = Directory.CreateTempSubdirectory("tether-micro-").FullName;
        Environment.SetEnvironmentVariable("TETHER_HOME", _home);
        _process = TetheredProcess.Start(new ProcessSpec("sleep", "1000") { Name = Name });
        _store = RecordStore.Open(_home);
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _process!.KillAsync();
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Benchmark]
    public object ReadRecord() => _store!.ReadRecordFile(Name);

    [Benchmark]
    public object? Find() => _store!.Find(Name);
}
