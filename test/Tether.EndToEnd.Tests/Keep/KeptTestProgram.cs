using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>The tests' own program, which lies beside them.</summary>
internal static class KeptTestProgram
{
    internal static string Path { get; } = TestSystem.Current.Executable("tether-test-program");

    internal static ProcessSpec Spec(params string[] arguments) => new(Path, arguments);
}
