using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Tether.Tests;

public sealed class PublicApiTests
{
    /// <summary>
    /// The public API is what its file says. A change that is meant: run the test once with TETHER_UPDATE_API=1, look at the difference, and commit
    /// the file with the change.
    /// </summary>
    [Fact]
    public void PublicApi_OfTheLibrary_IsWhatItsFileSays()
    {
        string approved = Path.Combine(Path.GetDirectoryName(ThisFile())!, "PublicApi.txt");
        string actual = typeof(TetheredProcess).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"] }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("TETHER_UPDATE_API") == "1")
        {
            File.WriteAllText(approved, actual);
        }

        Assert.Equal(File.ReadAllText(approved), actual);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
