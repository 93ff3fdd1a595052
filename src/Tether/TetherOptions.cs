using Microsoft.Extensions.Logging;

namespace Tether;

/// <summary>Where records live and what a process that uses Tether brings along. The defaults fit; no option is needed.</summary>
public sealed record TetherOptions
{
    private string? _homeDirectory;

    /// <summary>
    /// The directory of the records. Null, the default, is <c>$TETHER_HOME</c>, else <c>$XDG_RUNTIME_DIR/tether</c>, else
    /// <c>/tmp/tether-UID</c>; on Windows <c>%TETHER_HOME%</c>, else <c>%LOCALAPPDATA%\Tether</c>. It must belong to the user alone; it is created when it does not exist.
    /// </summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? HomeDirectory
    {
        get => _homeDirectory;
        init => _homeDirectory = value is null ? null : value.Length > 0 ? Path.GetFullPath(value) : throw new ArgumentException("The home directory is an empty path; use null for the default.");
    }

    /// <summary>
    /// The keeper's executable. Null, the default, is <c>$TETHER_KEEPER</c>, else <c>tether-keeper</c> beside the application, as the
    /// package lays it there.
    /// </summary>
    public string? KeeperPath { get; init; }

    /// <summary>Where diagnostics go. Nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>A start takes milliseconds; a file system that hangs must not hang the launcher.</summary>
    internal TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A keeper answers a hello in less than a millisecond, unless it is stopped or its machine has no time for it.</summary>
    internal TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(10);

    internal static TetherOptions Default { get; } = new();

    internal string Home => HomeDirectory ?? Records.TetherHome.Path;
}
