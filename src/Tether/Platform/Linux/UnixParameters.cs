using System.Runtime.Versioning;
using Tether.Launching;

namespace Tether.Platform.Linux;

/// <summary>From what the caller wrote to what the keeper gets.</summary>
[SupportedOSPlatform("linux")]
internal static class UnixParameters
{
    /// <summary>Null when there is nothing that the keeper's plain way of starting a program does not do.</summary>
    internal static UnixStart? Of(UnixStartInfo? info)
    {
        bool isPlain = info is null or
        {
            Umask: null, Nice: null, OomScoreAdjustment: null, Limits.Count: 0, CoreDumps: true, Identity: null, ResetIds: false, IgnoredSignals.Count: 0,
        };
        return isPlain ? null : new UnixStart
        {
            Umask = (uint?)info!.Umask,
            Nice = info.Nice,
            OomScoreAdjustment = info.OomScoreAdjustment,
            Limits = [.. info.Limits.Select(limit => ((int)limit.Key, limit.Value.Soft, limit.Value.Hard)), .. NoCore(info)],
            Ids = info.Identity is { } identity ? [identity.UserId, identity.GroupId, .. identity.SupplementaryGroups] : [],
            ResetIds = info.ResetIds,
            IgnoredSignals = [.. info.IgnoredSignals.Select(Signals.ToNumber).Distinct()],
        };
    }

    private static unsafe IEnumerable<(int Resource, ulong Soft, ulong Hard)> NoCore(UnixStartInfo info)
    {
        if (info.CoreDumps)
        {
            return [];
        }

        Libc.ResourceLimit limit = default;
        return Libc.GetResourceLimit((int)UnixResource.Core, &limit) == 0
            ? [((int)UnixResource.Core, 0, limit.Hard)]
            : throw Errno.Failed("getrlimit", "RLIMIT_CORE");
    }
}
