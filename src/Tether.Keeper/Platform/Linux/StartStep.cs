namespace Tether.Keeper.Platform.Linux;

/// <summary>What an <see cref="ExecStage"/> reports to its keeper: how far it came, or what the system refused.</summary>
internal enum StartStep
{
    /// <summary>Nothing was reported.</summary>
    None,

    /// <summary>Every parameter is applied; what comes now is the program itself.</summary>
    Ready,

    /// <summary>The parameters could not be read.</summary>
    Prepare,

    IgnoredSignals,

    Nice,

    OomScoreAdjustment,

    Limits,

    SupplementaryGroups,

    GroupId,

    UserId,

    ResetIds,

    /// <summary>execve(2) of the program failed.</summary>
    Execute,
}
