namespace Tether;

/// <summary>There is no record of that name.</summary>
public sealed class RecordNotFoundException : TetherException
{
    internal RecordNotFoundException(string name, string home)
        : base($"There is no program '{name}' in '{home}'. 'tether ps -a' lists what there is.")
    {
        Name = name;
    }

    /// <summary>The name.</summary>
    public string Name { get; }
}
