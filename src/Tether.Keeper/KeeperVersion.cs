using System.Reflection;

namespace Tether.Keeper;

internal static class KeeperVersion
{
    internal static string Text { get; } =
        typeof(KeeperVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
