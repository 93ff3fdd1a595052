using System.Text.Json;

namespace Tether.Protocol;

/// <summary>The answer to a start that failed: nothing is left of it.</summary>
internal sealed record StartFailedMessage : IJsonObject<StartFailedMessage>
{
    /// <summary>In the order of their values.</summary>
    private static readonly string[] Reasons =
    [
        nameof(StartFailure.ProgramNotFound), nameof(StartFailure.NotExecutable), nameof(StartFailure.IsDirectory), nameof(StartFailure.BadFormat),
        nameof(StartFailure.InterpreterNotFound), nameof(StartFailure.WorkingDirectoryNotFound), nameof(StartFailure.WorkingDirectoryDenied),
        nameof(StartFailure.NameInUse), nameof(StartFailure.PathTooLong), nameof(StartFailure.ArgumentsTooLong), nameof(StartFailure.PermissionDenied),
        nameof(StartFailure.OutOfResources), nameof(StartFailure.DiskFull), nameof(StartFailure.KeeperNotFound), nameof(StartFailure.KeeperFailed),
        nameof(StartFailure.RedirectionFailed), nameof(StartFailure.ParameterRefused), nameof(StartFailure.Other),
    ];

    public required StartFailure Reason { get; init; }

    public required string Message { get; init; }

    public int Errno { get; init; }

    /// <summary>The member of <see cref="UnixStartInfo"/> that the system refused.</summary>
    public string? Parameter { get; init; }

    /// <summary>Set when the records' directory is not the user's alone: the launcher throws what the keeper met.</summary>
    public UnsafeDirectoryMessage? UnsafeDirectory { get; init; }

    public static StartFailedMessage Read(ref Utf8JsonReader reader)
    {
        StartFailure? reason = null;
        string? message = null, parameter = null;
        int errno = 0;
        UnsafeDirectoryMessage? unsafeDirectory = null;
        while (reader.NextMember())
        {
            if (reader.Is("reason"u8))
                reason = (StartFailure)reader.ReadWord(Reasons);
            else if (reader.Is("message"u8))
                message = reader.ReadString();
            else if (reader.Is("errno"u8))
                errno = reader.ReadInt32();
            else if (reader.Is("parameter"u8))
                parameter = reader.ReadStringOrNull();
            else if (reader.Is("unsafeDirectory"u8))
                unsafeDirectory = reader.ReadObjectOrNull<UnsafeDirectoryMessage>();
            else
                reader.SkipValue();
        }

        return new StartFailedMessage
        {
            Reason = reason ?? throw JsonMembers.Missing("reason"),
            Message = message ?? throw JsonMembers.Missing("message"),
            Errno = errno,
            Parameter = parameter,
            UnsafeDirectory = unsafeDirectory,
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("reason"u8, Reasons[(int)Reason]);
        writer.WriteString("message"u8, Message);
        writer.WriteNumber("errno"u8, Errno);
        writer.WriteString("parameter"u8, Parameter);
        writer.WriteObject("unsafeDirectory"u8, UnsafeDirectory);
        writer.WriteEndObject();
    }
}
