using System.Text.Json;

namespace Tether.Records;

/// <summary>
/// The JSON of a record and of an exit, as the serializer would write it and without its setting-up, which takes a keeper a millisecond
/// of each start. A test holds the two together.
/// </summary>
internal static class RecordJson
{
    internal static byte[] Write(RecordFile record) => Write(writer => Write(writer, record));

    internal static byte[] Write(ExitFile exit) => Write(writer => Write(writer, exit));

    /// <summary>A <see cref="Protocol.StartedMessage"/>.</summary>
    internal static byte[] WriteStarted(RecordFile record) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("record");
        Write(writer, record);
        writer.WriteEndObject();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new(1024);
        using (Utf8JsonWriter writer = new(stream))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, RecordFile record)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", record.Version);
        writer.WriteString("name", record.Name);
        writer.WriteString("program", record.Program);
        writer.WriteStartArray("arguments");
        foreach (string argument in record.Arguments)
        {
            writer.WriteStringValue(argument);
        }

        writer.WriteEndArray();
        writer.WriteString("workingDirectory", record.WorkingDirectory);
        writer.WriteString("lifetime", record.Lifetime switch
        {
            ProcessLifetime.Detached => nameof(ProcessLifetime.Detached),
            _ => nameof(ProcessLifetime.TiedToLauncher),
        });
        writer.WriteNumber("outputWindow", record.OutputWindow);
        writer.WriteString("whenFull", record.WhenFull switch
        {
            WindowFullPolicy.DropOldest => nameof(WindowFullPolicy.DropOldest),
            WindowFullPolicy.Block => nameof(WindowFullPolicy.Block),
            _ => nameof(WindowFullPolicy.Spill),
        });
        writer.WriteNumber("stopGraceMilliseconds", record.StopGraceMilliseconds);
        Write(writer, "standardInput", record.StandardInput);
        Write(writer, "standardOutput", record.StandardOutput);
        Write(writer, "standardError", record.StandardError);
        Write(writer, "inheritedDescriptors", record.InheritedDescriptors);
        writer.WriteString("bootId", record.BootId);
        writer.WriteNumber("keeperProcessId", record.KeeperProcessId);
        writer.WriteNumber("keeperStartTicks", record.KeeperStartTicks);
        writer.WriteNumber("processId", record.ProcessId);
        writer.WriteNumber("processStartTicks", record.ProcessStartTicks);
        if (record.StartTime is { } time)
        {
            writer.WriteString("startTime", time);
        }
        else
        {
            writer.WriteNull("startTime");
        }

        writer.WriteString("startId", record.StartId);
        writer.WriteString("pidNamespace", record.PidNamespace);
        writer.WriteNumber("launcherProcessId", record.LauncherProcessId);
        writer.WriteNumber("launcherStartTicks", record.LauncherStartTicks);
        writer.WriteNumber("adoptions", record.Adoptions);
        writer.WriteNumber("inputInDoubt", record.InputInDoubt);
        if (record.Endpoint is { } endpoint)
        {
            writer.WriteString("endpoint", endpoint);
        }

        if (record.BoundToJob)
        {
            writer.WriteBoolean("boundToJob", true);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, StreamFile? stream)
    {
        writer.WritePropertyName(name);
        if (stream is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("kind", stream.Kind switch
        {
            ProcessStreamKind.Kept => nameof(ProcessStreamKind.Kept),
            ProcessStreamKind.Null => nameof(ProcessStreamKind.Null),
            ProcessStreamKind.File => nameof(ProcessStreamKind.File),
            ProcessStreamKind.Forwarded => nameof(ProcessStreamKind.Forwarded),
            ProcessStreamKind.Descriptor => nameof(ProcessStreamKind.Descriptor),
            ProcessStreamKind.Merged => nameof(ProcessStreamKind.Merged),
            _ => nameof(ProcessStreamKind.Process),
        });
        writer.WriteString("path", stream.Path);
        writer.WriteBoolean("append", stream.Append);
        writer.WriteString("processName", stream.ProcessName);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<int>? numbers)
    {
        writer.WritePropertyName(name);
        if (numbers is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartArray();
        foreach (int number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ExitFile exit)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code", exit.Code);
        writer.WriteString("signal", exit.Signal);
        writer.WriteNumber("signalNumber", exit.SignalNumber);
        writer.WriteBoolean("coreDumped", exit.CoreDumped);
        writer.WriteString("time", exit.Time);
        writer.WriteBoolean("outputComplete", exit.OutputComplete);
        if (exit.Unseen)
        {
            writer.WriteBoolean("unseen", true);
        }

        if (exit.StatusName is { } status)
        {
            writer.WriteString("statusName", status);
        }

        writer.WriteEndObject();
    }
}
