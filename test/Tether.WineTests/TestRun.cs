using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>
/// Finds and runs classes of tests with xunit's own framework, one after the other, but for those that have a result already.
/// </summary>
internal sealed class TestRun(string[] types, ResultFile results, string filter)
{
    /// <summary>The exit code of a run that came to its end, whatever became of its tests.</summary>
    internal const int Ended = 17;

    internal int Run()
    {
        // What the tests start by name: Debian's programs, as far as they need them (test/Tether.TestShell).
        Environment.SetEnvironmentVariable("PATH", AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        Reflected.KeepAll();
        Assembly assembly = typeof(TestRun).Assembly;
        XunitTestFramework framework = new(new SilentSink());
        IAssemblyInfo info = Reflector.Wrap(assembly);
        ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(info);
        LeftOut leftOut = LeftOut.Read();
        HashSet<string> finished = results.Finished();
        List<ITestCase> cases = [];
        foreach (string type in types)
        {
            using DiscoverySink discovery = new();
            discoverer.Find(type, includeSourceInformation: false, discovery, new FrameworkOptions());
            discovery.Finished.Wait();
            cases.AddRange(discovery.Cases
                .Where(test => $"{type}.{test.TestMethod.Method.Name}".Contains(filter, StringComparison.OrdinalIgnoreCase))
                .Where(test => !leftOut.Has(type, test.TestMethod.Method.Name) && !finished.Contains(test.DisplayName.ReplaceLineEndings(" "))));
        }

        if (cases.Count == 0)
            return Ended;

        using ResultSink sink = new(results);
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        FrameworkOptions options = new();
        options.SetValue<bool?>("xunit.execution.DisableParallelization", true);
        SynchronizationContext.SetSynchronizationContext(new PoolContext());
        executor.RunTests(cases, sink, options);
        sink.Finished.Wait();
        return Ended;
    }
}
