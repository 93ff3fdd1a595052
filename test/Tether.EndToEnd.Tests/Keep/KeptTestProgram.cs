namespace Tether.EndToEnd.Tests.Keep;

/// <summary>The tests' own program, which lies beside them.</summary>
internal static class KeptTestProgram
{
    internal static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "tether-test-program");

    internal static ProcessSpec Spec(params string[] arguments) => new(Path, arguments);
}
