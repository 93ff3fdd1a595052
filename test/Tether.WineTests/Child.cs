using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>What the tests start: test/Tether.WindowsTestProgram, whose first argument says what it does.</summary>
internal static class Child
{
    internal static string Executable => TestSystem.Current.Executable("tether-windows-test-program");
}
