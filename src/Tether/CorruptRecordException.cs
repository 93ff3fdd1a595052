namespace Tether;

/// <summary>A record's files are damaged, or were written by a version that this one does not know.</summary>
public sealed class CorruptRecordException : TetherException
{
    internal CorruptRecordException(string record, string problem, Exception? innerException = null)
        : base($"The record '{record}' is damaged: {problem}. Remove it with 'tether rm {record}' when it is no longer needed.", innerException)
    {
        Record = record;
        Problem = problem;
    }

    /// <summary>The record's name.</summary>
    public string Record { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
