using System.Text.Json;
using Tether.Protocol;

namespace Tether.Records;

/// <summary>The JSON of a record, and the reading of one with all that must be in it.</summary>
internal static class RecordJson
{
    /// <summary>In the order of their values, as the next.</summary>
    private static readonly string[] Lifetimes = [nameof(ProcessLifetime.Detached), nameof(ProcessLifetime.TiedToLauncher)];

    private static readonly string[] Policies = [nameof(WindowFullPolicy.DropOldest), nameof(WindowFullPolicy.Block), nameof(WindowFullPolicy.Spill)];

    internal static void Write(Utf8JsonWriter writer, RecordFile record)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, record.Version);
        writer.WriteString("name"u8, record.Name);
        writer.WriteString("program"u8, record.Program);
        writer.WriteStrings("arguments"u8, record.Arguments);
        writer.WriteString("workingDirectory"u8, record.WorkingDirectory);
        writer.WriteString("lifetime"u8, Lifetimes[(int)record.Lifetime]);
        writer.WriteNumber("outputWindow"u8, record.OutputWindow);
        writer.WriteString("whenFull"u8, Policies[(int)record.WhenFull]);
        writer.WriteNumber("stopGraceMilliseconds"u8, record.StopGraceMilliseconds);
        writer.WriteObject("standardInput"u8, record.StandardInput);
        writer.WriteObject("standardOutput"u8, record.StandardOutput);
        writer.WriteObject("standardError"u8, record.StandardError);
        writer.WriteInt32s("inheritedDescriptors"u8, record.InheritedDescriptors);
        writer.WriteString("bootId"u8, record.BootId);
        writer.WriteNumber("keeperProcessId"u8, record.KeeperProcessId);
        writer.WriteNumber("keeperStartTicks"u8, record.KeeperStartTicks);
        writer.WriteNumber("processId"u8, record.ProcessId);
        writer.WriteNumber("processStartTicks"u8, record.ProcessStartTicks);
        if (record.StartTime is { } time)
        {
            writer.WriteString("startTime"u8, time);
        }
        else
        {
            writer.WriteNull("startTime"u8);
        }

        writer.WriteString("startId"u8, record.StartId);
        writer.WriteString("pidNamespace"u8, record.PidNamespace);
        writer.WriteNumber("launcherProcessId"u8, record.LauncherProcessId);
        writer.WriteNumber("launcherStartTicks"u8, record.LauncherStartTicks);
        writer.WriteNumber("adoptions"u8, record.Adoptions);
        writer.WriteNumber("inputInDoubt"u8, record.InputInDoubt);
        if (record.Endpoint is { } endpoint)
        {
            writer.WriteString("endpoint"u8, endpoint);
        }

        if (record.BoundToJob)
        {
            writer.WriteBoolean("boundToJob"u8, true);
        }

        writer.WriteEndObject();
    }

    internal static RecordFile Read(ref Utf8JsonReader reader)
    {
        int? version = null, keeperProcessId = null;
        int processId = 0, launcherProcessId = 0, adoptions = 0;
        long? outputWindow = null, stopGraceMilliseconds = null, keeperStartTicks = null;
        long processStartTicks = 0, launcherStartTicks = 0, inputInDoubt = 0;
        string? name = null, program = null, workingDirectory = null, bootId = null, endpoint = null;
        string startId = "", pidNamespace = "";
        IReadOnlyList<string>? arguments = null;
        IReadOnlyList<int>? inheritedDescriptors = null;
        ProcessLifetime? lifetime = null;
        WindowFullPolicy? whenFull = null;
        StreamFile? standardInput = null, standardOutput = null, standardError = null;
        DateTimeOffset? startTime = null;
        bool boundToJob = false;
        while (reader.NextMember())
        {
            if (reader.Is("version"u8))
                version = reader.ReadInt32();
            else if (reader.Is("name"u8))
                name = reader.ReadString();
            else if (reader.Is("program"u8))
                program = reader.ReadString();
            else if (reader.Is("arguments"u8))
                arguments = reader.ReadStrings();
            else if (reader.Is("workingDirectory"u8))
                workingDirectory = reader.ReadString();
            else if (reader.Is("lifetime"u8))
                lifetime = (ProcessLifetime)reader.ReadWord(Lifetimes);
            else if (reader.Is("outputWindow"u8))
                outputWindow = reader.ReadInt64();
            else if (reader.Is("whenFull"u8))
                whenFull = (WindowFullPolicy)reader.ReadWord(Policies);
            else if (reader.Is("stopGraceMilliseconds"u8))
                stopGraceMilliseconds = reader.ReadInt64();
            else if (reader.Is("standardInput"u8))
                standardInput = reader.ReadObjectOrNull<StreamFile>();
            else if (reader.Is("standardOutput"u8))
                standardOutput = reader.ReadObjectOrNull<StreamFile>();
            else if (reader.Is("standardError"u8))
                standardError = reader.ReadObjectOrNull<StreamFile>();
            else if (reader.Is("inheritedDescriptors"u8))
                inheritedDescriptors = reader.ReadInt32sOrNull();
            else if (reader.Is("bootId"u8))
                bootId = reader.ReadString();
            else if (reader.Is("keeperProcessId"u8))
                keeperProcessId = reader.ReadInt32();
            else if (reader.Is("keeperStartTicks"u8))
                keeperStartTicks = reader.ReadInt64();
            else if (reader.Is("processId"u8))
                processId = reader.ReadInt32();
            else if (reader.Is("processStartTicks"u8))
                processStartTicks = reader.ReadInt64();
            else if (reader.Is("startTime"u8))
                startTime = reader.ReadTimeOrNull();
            else if (reader.Is("startId"u8))
                startId = reader.ReadString();
            else if (reader.Is("pidNamespace"u8))
                pidNamespace = reader.ReadString();
            else if (reader.Is("launcherProcessId"u8))
                launcherProcessId = reader.ReadInt32();
            else if (reader.Is("launcherStartTicks"u8))
                launcherStartTicks = reader.ReadInt64();
            else if (reader.Is("adoptions"u8))
                adoptions = reader.ReadInt32();
            else if (reader.Is("inputInDoubt"u8))
                inputInDoubt = reader.ReadInt64();
            else if (reader.Is("endpoint"u8))
                endpoint = reader.ReadStringOrNull();
            else if (reader.Is("boundToJob"u8))
                boundToJob = reader.ReadBoolean();
            else
                reader.SkipValue();
        }

        return new RecordFile
        {
            Version = version ?? throw JsonMembers.Missing("version"),
            Name = name ?? throw JsonMembers.Missing("name"),
            Program = program ?? throw JsonMembers.Missing("program"),
            Arguments = arguments ?? throw JsonMembers.Missing("arguments"),
            WorkingDirectory = workingDirectory ?? throw JsonMembers.Missing("workingDirectory"),
            Lifetime = lifetime ?? throw JsonMembers.Missing("lifetime"),
            OutputWindow = outputWindow ?? throw JsonMembers.Missing("outputWindow"),
            WhenFull = whenFull ?? throw JsonMembers.Missing("whenFull"),
            StopGraceMilliseconds = stopGraceMilliseconds ?? throw JsonMembers.Missing("stopGraceMilliseconds"),
            StandardInput = standardInput,
            StandardOutput = standardOutput,
            StandardError = standardError,
            InheritedDescriptors = inheritedDescriptors,
            BootId = bootId ?? throw JsonMembers.Missing("bootId"),
            KeeperProcessId = keeperProcessId ?? throw JsonMembers.Missing("keeperProcessId"),
            KeeperStartTicks = keeperStartTicks ?? throw JsonMembers.Missing("keeperStartTicks"),
            ProcessId = processId,
            ProcessStartTicks = processStartTicks,
            StartTime = startTime,
            StartId = startId,
            PidNamespace = pidNamespace,
            LauncherProcessId = launcherProcessId,
            LauncherStartTicks = launcherStartTicks,
            Adoptions = adoptions,
            InputInDoubt = inputInDoubt,
            Endpoint = endpoint,
            BoundToJob = boundToJob,
        };
    }
}
