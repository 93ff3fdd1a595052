using System.Drawing;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Launching;

/// <summary>
/// What only programs on Windows have of a start request: its last section, which is not there on other systems. Values and flags are as
/// CreateProcess takes them.
/// </summary>
internal sealed record WindowsStartRequest
{
    private const int ShowWindowFlag = 0x1;
    private const int SizeFlag = 0x2;
    private const int PositionFlag = 0x4;
    private const int CountCharsFlag = 0x8;
    private const int FillAttributeFlag = 0x10;

    /// <summary>
    /// Whether processes that the program starts may leave the job by which its keeper finds and ends them, when they ask for it.
    /// </summary>
    internal bool AllowBreakaway { get; init; }

    /// <summary>The whole command line; null makes it of the request's program and arguments.</summary>
    internal string? CommandLine { get; init; }

    /// <summary>In SDDL; null for the default.</summary>
    internal string? ProcessSecurity { get; init; }

    /// <summary>In SDDL; null for the default.</summary>
    internal string? ThreadSecurity { get; init; }

    /// <summary>The user's flags and the priority class.</summary>
    internal uint CreationFlags { get; init; }

    /// <summary>The user's flags, and those that say which of the fields below are set.</summary>
    internal int StartupFlags { get; init; }

    internal short ShowWindow { get; init; }

    internal string? Desktop { get; init; }

    internal string? Title { get; init; }

    internal Point Position { get; init; }

    internal Size Size { get; init; }

    internal Size CountChars { get; init; }

    internal int FillAttribute { get; init; }

    /// <summary>The environment variables for the further handles, in the order in which the handles travel.</summary>
    internal IReadOnlyList<string> HandleVariables { get; init; } = [];

    /// <summary>What the spec says; its handles are <see cref="HandlesOf"/>.</summary>
    [SupportedOSPlatform("windows")]
    internal static WindowsStartRequest Of(ProcessSpec spec) => spec.Windows is not { } info ? new() : new()
    {
        AllowBreakaway = info.ChildrenMayLeaveJob,
        CommandLine = info.NativeCommandLine,
        ProcessSecurity = info.ProcessSecurity,
        ThreadSecurity = info.ThreadSecurity,
        CreationFlags = (uint)info.CreationFlags | (uint)(info.Priority ?? 0),
        StartupFlags = (int)info.StartupFlags
            | (info.ShowState is null ? 0 : ShowWindowFlag)
            | (info.WindowSize is null ? 0 : SizeFlag)
            | (info.WindowPosition is null ? 0 : PositionFlag)
            | (info.ConsoleSize is null ? 0 : CountCharsFlag)
            | (info.ConsoleColors is null ? 0 : FillAttributeFlag),
        ShowWindow = (short)(info.ShowState ?? 0),
        Desktop = info.Desktop,
        Title = info.Title,
        Position = info.WindowPosition ?? default,
        Size = info.WindowSize ?? default,
        CountChars = info.ConsoleSize ?? default,
        FillAttribute = info.ConsoleColors ?? 0,
        HandleVariables = [.. info.InheritedHandles.Keys.Order(StringComparer.Ordinal)],
    };

    /// <summary>The handles for <see cref="HandleVariables"/>, in their order.</summary>
    /// <exception cref="ProcessStartException">One is closed, or its variable is set by the spec too.</exception>
    [SupportedOSPlatform("windows")]
    internal static IReadOnlyList<SafeHandle> HandlesOf(ProcessSpec spec)
    {
        if (spec.Windows is not { InheritedHandles: { Count: > 0 } handles })
        {
            return [];
        }

        foreach ((string variable, SafeHandle handle) in handles)
        {
            string? problem = handle.IsClosed || handle.IsInvalid
                ? $"the handle for the variable '{variable}' is not open. Keep it open until the start has returned"
                : spec.Environment.Keys.Contains(variable, StringComparer.OrdinalIgnoreCase)
                    ? $"the variable '{variable}' is to hold a handle, and ProcessSpec.Environment sets it too. Use another name"
                    : null;
            if (problem is not null)
            {
                const int invalidHandle = 6;
                throw new ProcessStartException(
                    spec.Program, StartFailure.RedirectionFailed, invalidHandle, $"'{spec.Program}' cannot be started: {problem}.");
            }
        }

        return [.. handles.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(AllowBreakaway);
        WriteText(writer, CommandLine);
        WriteText(writer, ProcessSecurity);
        WriteText(writer, ThreadSecurity);
        writer.Write(CreationFlags);
        writer.Write(StartupFlags);
        writer.Write(ShowWindow);
        WriteText(writer, Desktop);
        WriteText(writer, Title);
        foreach (int number in (int[])[Position.X, Position.Y, Size.Width, Size.Height, CountChars.Width, CountChars.Height, FillAttribute])
        {
            writer.Write(number);
        }

        writer.Write(HandleVariables.Count);
        foreach (string variable in HandleVariables)
        {
            WriteText(writer, variable);
        }
    }

    /// <exception cref="EndOfStreamException">It is broken.</exception>
    internal static WindowsStartRequest Read(BinaryReader reader) => new()
    {
        AllowBreakaway = reader.ReadBoolean(),
        CommandLine = ReadText(reader),
        ProcessSecurity = ReadText(reader),
        ThreadSecurity = ReadText(reader),
        CreationFlags = reader.ReadUInt32(),
        StartupFlags = reader.ReadInt32(),
        ShowWindow = reader.ReadInt16(),
        Desktop = ReadText(reader),
        Title = ReadText(reader),
        Position = new Point(reader.ReadInt32(), reader.ReadInt32()),
        Size = new Size(reader.ReadInt32(), reader.ReadInt32()),
        CountChars = new Size(reader.ReadInt32(), reader.ReadInt32()),
        FillAttribute = reader.ReadInt32(),
        HandleVariables = ReadVariables(reader),
    };

    private static string[] ReadVariables(BinaryReader reader)
    {
        string[] variables = new string[StartRequest.Bounded(reader, reader.ReadInt32(), sizeof(bool))];
        for (int i = 0; i < variables.Length; i++)
        {
            variables[i] = ReadText(reader) ?? throw new EndOfStreamException();
        }

        return variables;
    }

    /// <summary>As it stands in memory: a string of Windows may hold half a surrogate pair, which no encoding of text passes on.</summary>
    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
        {
            StartRequest.WriteBytes(writer, MemoryMarshal.AsBytes(text.AsSpan()).ToArray());
        }
    }

    private static string? ReadText(BinaryReader reader) =>
        reader.ReadBoolean() ? new string(MemoryMarshal.Cast<byte, char>(StartRequest.ReadBytes(reader))) : null;
}
