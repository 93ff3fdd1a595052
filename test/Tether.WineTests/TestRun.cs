using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tether.WineTests;

/// <summary>
/// Finds and runs the tests with xunit's own framework, one after the other. A test that takes too long cannot be ended from within its
/// process, so the run ends with it, and says which it was.
/// </summary>
internal sealed class TestRun(string filter)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal int Run()
    {
        Reflected.KeepAll();
        Assembly assembly = typeof(TestRun).Assembly;
        XunitTestFramework framework = new(new SilentSink());
        IAssemblyInfo info = Reflector.Wrap(assembly);
        ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(info);
        using DiscoverySink discovery = new();
        discoverer.Find(includeSourceInformation: false, discovery, new FrameworkOptions());
        discovery.Finished.Wait();

        LeftOut leftOut = LeftOut.Read();
        List<ITestCase> cases = [.. discovery.Cases
            .Where(test => test.DisplayName.Contains(filter, StringComparison.OrdinalIgnoreCase) && !leftOut.Has(test))];
        using ResultSink results = new();
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        FrameworkOptions options = new();
        options.SetValue<bool?>("xunit.execution.DisableParallelization", true);
        executor.RunTests(cases, results, options);
        while (!results.Finished.Wait(TimeSpan.FromSeconds(1)))
        {
            if (results.RunningFor() is not { } running || running.Elapsed < Limit)
                continue;

            Console.WriteLine($"HANGS {running.Test} (for {Limit.TotalSeconds:0} seconds; the run ends here)");
            Console.WriteLine($"{results.Passed} passed, {results.Failed + 1} failed");
            Environment.Exit(2);
        }

        Console.WriteLine($"{leftOut.Count} left out as they make no sense on Windows or not under Wine (not-on-windows.txt)");
        Console.WriteLine($"{results.Passed} passed, {results.Failed} failed");
        return results.Failed == 0 && results.Passed > 0 ? 0 : 1;
    }
}
