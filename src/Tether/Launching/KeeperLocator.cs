using System.Runtime.InteropServices;

namespace Tether.Launching;

/// <summary>Where the keeper's executable is.</summary>
internal static class KeeperLocator
{
    /// <summary>The environment variable that overrides the place.</summary>
    internal const string Variable = "TETHER_KEEPER";

    /// <exception cref="ProcessStartException">There is none.</exception>
    internal static string Find(TetherOptions options, string program)
    {
        string? chosen = options.KeeperPath ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(chosen))
        {
            string path = Path.GetFullPath(chosen);
            return File.Exists(path) ? path : throw NotFound(program, $"no '{path}', which {(options.KeeperPath is null ? Variable : "TetherOptions.KeeperPath")} names");
        }

        string name = OperatingSystem.IsWindows() ? "tether-keeper.exe" : "tether-keeper";
        string[] places =
        [
            Path.Combine(AppContext.BaseDirectory, name),
            Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", name),
            // One that depends on the framework, and so is several files.
            Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "keeper", name),
        ];
        return Array.Find(places, File.Exists) ?? throw NotFound(program, "neither " + string.Join(" nor ", places.Select(place => $"'{place}'")));
    }

    private static ProcessStartException NotFound(string program, string places) => new(
        program,
        StartFailure.KeeperNotFound,
        0,
        $"'{program}' cannot be started: the keeper's executable is missing: there is {places}. The Tether package lays it beside the application; {Variable} or TetherOptions.KeeperPath can name another place.");
}
