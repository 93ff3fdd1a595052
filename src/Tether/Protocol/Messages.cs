namespace Tether.Protocol;

/// <summary>The first frame of a client.</summary>
internal sealed record HelloMessage
{
    public string? Magic { get; init; }

    /// <summary>The lowest protocol version that the client speaks.</summary>
    public int MinimumVersion { get; init; }

    /// <summary>The highest protocol version that the client speaks.</summary>
    public int MaximumVersion { get; init; }

    /// <summary>For people who read a trace; no behaviour hangs on it.</summary>
    public string? Client { get; init; }

    public IReadOnlyList<string>? Features { get; init; }
}

/// <summary>The answer to a hello.</summary>
internal sealed record WelcomeMessage
{
    public required string Magic { get; init; }

    /// <summary>The version that both sides speak from here on.</summary>
    public required int Version { get; init; }

    public required string Keeper { get; init; }

    public required IReadOnlyList<string> Features { get; init; }

    public required int MaximumPayload { get; init; }

    public required int InputCredit { get; init; }

    public required long InputPosition { get; init; }

    public required bool InputOpen { get; init; }

    /// <summary>Set when the program has ended.</summary>
    public Records.ExitFile? Exit { get; init; }
}

internal sealed record SignalMessage
{
    public required int Id { get; init; }

    /// <summary>The signal's number on this system.</summary>
    public required int Signal { get; init; }

    /// <summary>True for the program and all that came from it, false for the program alone.</summary>
    public bool Tree { get; init; }
}

internal sealed record StopMessage
{
    public required int Id { get; init; }

    /// <summary>How long the program has after the request to end by itself; null takes what it was started with. 0 kills at once.</summary>
    public long? GraceMilliseconds { get; init; }
}

internal sealed record ReplyMessage
{
    public required int Id { get; init; }

    /// <summary>Null when the request was carried out.</summary>
    public string? Error { get; init; }

    public int Errno { get; init; }
}

internal sealed record ErrorMessage
{
    public required string Code { get; init; }

    public required string Message { get; init; }
}

internal sealed record StartedMessage
{
    /// <summary>The record, without the arguments.</summary>
    public required Records.RecordFile Record { get; init; }
}

internal sealed record StartFailedMessage
{
    public required StartFailure Reason { get; init; }

    public required string Message { get; init; }

    public int Errno { get; init; }

    /// <summary>The member of <see cref="UnixStartInfo"/> that the system refused.</summary>
    public string? Parameter { get; init; }

    /// <summary>Set when the records' directory is not the user's alone: the launcher throws what the keeper met.</summary>
    public UnsafeDirectoryMessage? UnsafeDirectory { get; init; }
}

/// <summary>An <see cref="UnsafeDirectoryException"/> of the keeper's.</summary>
internal sealed record UnsafeDirectoryMessage
{
    public required string Path { get; init; }

    public required string Reason { get; init; }

    public required string Remedy { get; init; }
}
