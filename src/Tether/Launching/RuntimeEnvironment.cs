using System.Collections;
using System.Text;

namespace Tether.Launching;

/// <summary>
/// The environment of a keeper: nothing of the launcher's, which may hold secrets, but where the runtime is installed. Only a
/// framework-dependent keeper reads that.
/// </summary>
internal static class RuntimeEnvironment
{
    internal static IEnumerable<byte[]> Variables()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("DOTNET_ROOT", StringComparison.Ordinal))
            {
                yield return Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}");
            }
        }
    }
}
