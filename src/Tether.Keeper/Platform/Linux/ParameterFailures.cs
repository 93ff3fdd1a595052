using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>What a refused parameter of a start is called, and the way out.</summary>
[SupportedOSPlatform("linux")]
internal static class ParameterFailures
{
    internal static StartFailedException Of(StageReport report, UnixStart unix, string stagesEnd)
    {
        string why = Errno.Text(report.Errno);
        (string Name, string Message)? failure = report.Step switch
        {
            StartStep.IgnoredSignals => (nameof(UnixStartInfo.IgnoredSignals), $"signal {Signals.NameOf(report.Detail)} cannot be ignored: {why}"),
            StartStep.Nice => (
                nameof(UnixStartInfo.Nice),
                $"its nice value {unix.Nice} was refused: {why}; a value below the launcher's needs root, or an RLIMIT_NICE that allows it"),
            StartStep.OomScoreAdjustment => (
                nameof(UnixStartInfo.OomScoreAdjustment),
                $"its OOM score adjustment {unix.OomScoreAdjustment} was refused: {why}; a value below the launcher's needs root"),
            StartStep.Limits => (nameof(UnixStartInfo.Limits), LimitMessage(report, unix, why)),
            StartStep.SupplementaryGroups => (nameof(UnixStartInfo.Identity), $"its supplementary groups were refused: {why}; only root may change them"),
            StartStep.GroupId => (nameof(UnixStartInfo.Identity), $"group {unix.Ids[1]} was refused: {why}; only root may become another group"),
            StartStep.UserId => (nameof(UnixStartInfo.Identity), $"user {unix.Ids[0]} was refused: {why}; only root may become another user"),
            StartStep.ResetIds => (nameof(UnixStartInfo.ResetIds), $"its ids could not be reset to the real ones: {why}"),
            _ => null,
        };
        return failure is { } known
            ? new StartFailedException(StartFailure.ParameterRefused, report.Errno, known.Message) { Parameter = known.Name }
            : new StartFailedException(
                StartFailures.IsOutOfResources(report.Errno) ? StartFailure.OutOfResources : StartFailure.KeeperFailed,
                report.Errno,
                $"the process that was to become the program could not be prepared: {(report.Step == StartStep.None ? stagesEnd : why)}");
    }

    private static string LimitMessage(StageReport report, UnixStart unix, string why)
    {
        (int _, ulong soft, ulong hard) = unix.Limits.First(limit => limit.Resource == report.Detail);
        return $"the limit {(UnixResource)report.Detail} of {Amount(soft)} (soft) and {Amount(hard)} (hard) was refused: {why}; raising a hard limit needs root";
    }

    private static string Amount(ulong value) => value == UnixResourceLimit.Unlimited ? "unlimited" : $"{value}";
}
