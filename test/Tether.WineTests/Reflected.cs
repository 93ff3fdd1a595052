using System.Reflection;

namespace Tether.WineTests;

/// <summary>
/// Keeps everything that xunit may call by reflection. Each call of that kind is compiled (Switch.System.Reflection.ForceEmitInvoke), and
/// when such code is collected the runtime ends with "Internal CLR error" on Wine 8; it stays as long as what it calls does.
/// </summary>
internal static class Reflected
{
    private static readonly List<MemberInfo[]> Kept = [];

    internal static void KeepAll()
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        string[] assemblies = ["xunit.core", "xunit.execution.dotnet", "xunit.abstractions"];
        foreach (Type type in assemblies.Select(Assembly.Load).Append(typeof(Reflected).Assembly).SelectMany(assembly => assembly.GetTypes()))
            Keep(type);

        foreach (Type attribute in typeof(Attribute).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Attribute))))
            Keep(attribute);

        static void Keep(Type type) => Kept.Add([.. type.GetMethods(Any), .. type.GetConstructors(Any), .. type.GetProperties(Any)]);
    }
}
