namespace Tether.Cli.Output;

/// <summary>What <c>who --json</c> prints. docs/cli.md has its fields; they only grow.</summary>
internal sealed record WhoJson(string Resource, IReadOnlyList<HolderJson> Holders, int UnseenProcesses)
{
    internal static WhoJson Of(ResourceHolders holders) => new(holders.Resource, [.. holders.Holders.Select(HolderJson.Of)], holders.UnseenProcesses);
}
