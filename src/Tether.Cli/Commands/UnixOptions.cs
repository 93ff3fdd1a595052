using System.CommandLine;
using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Cli.Commands;

/// <summary><c>run</c>'s options for <see cref="ProcessSpec.Unix"/>.</summary>
internal sealed class UnixOptions
{
    /// <summary>Those that take a value.</summary>
    internal static readonly string[] ValueNames =
        ["--umask", "--nice", "--limit", "--ignore-signal", "--user", "--group", "--oom-score", "--argv0"];

    private readonly Option<string> _umask = new("--umask") { HelpName = "OCTAL", Description = "The permissions that its files do not get, such as 027." };
    private readonly Option<string> _nice = new("--nice") { HelpName = "N", Description = "Its nice value, -20 (first) to 19 (last). Below this one's: root only." };
    private readonly Option<string[]> _limit = new("--limit")
    {
        HelpName = "NAME=SOFT[:HARD]",
        Description = "A resource limit, such as nofile=1024:4096 or as=unlimited; may be given several times. Names: "
            + string.Join(' ', Enum.GetNames<UnixResource>().Select(name => name.ToLowerInvariant())) + ".",
    };

    private readonly Option<bool> _noCore = new("--no-core") { Description = "Write no core dump." };
    private readonly Option<string[]> _ignoreSignal = new("--ignore-signal") { HelpName = "SIGNAL", Description = "A signal that it starts with ignored, such as PIPE; may be given several times." };
    private readonly Option<string> _user = new("--user") { HelpName = "USER", Description = "Run it as this user with its groups, by name or number. Root only." };
    private readonly Option<string> _group = new("--group") { HelpName = "GROUP", Description = "With --user: another main group." };
    private readonly Option<string> _oomScore = new("--oom-score") { HelpName = "N", Description = "How soon it is killed when memory runs out, -1000 (never) to 1000 (first)." };
    private readonly Option<string> _argumentZero = new("--argv0") { HelpName = "NAME", Description = "Its argv[0]. Default: PROGRAM." };

    private Option[] All => [_umask, _nice, _limit, _noCore, _ignoreSignal, _user, _group, _oomScore, _argumentZero];

    internal void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="ArgumentException">A value is none.</exception>
    [SupportedOSPlatform("linux")]
    internal UnixStartInfo Read(ParseResult arguments)
    {
        string? user = arguments.GetValue(_user);
        string? group = arguments.GetValue(_group);
        if (user is null && group is not null)
        {
            throw new ArgumentException("--group needs --user: a program that becomes another group but stays root could take it back.");
        }

        return new UnixStartInfo
        {
            ArgumentZero = arguments.GetValue(_argumentZero),
            Umask = arguments.GetValue(_umask) is { } umask ? Umask(umask) : null,
            Nice = arguments.GetValue(_nice) is { } nice ? Number("--nice", nice) : null,
            OomScoreAdjustment = arguments.GetValue(_oomScore) is { } score ? Number("--oom-score", score) : null,
            Limits = (arguments.GetValue(_limit) ?? []).Select(Limit).Reverse().DistinctBy(limit => limit.Key).ToDictionary(),
            CoreDumps = !arguments.GetValue(_noCore),
            Identity = user is null ? null : UnixIdentity.Find(user, group),
            IgnoredSignals = [.. (arguments.GetValue(_ignoreSignal) ?? []).Select(Signals.Parse)],
        };
    }

    /// <exception cref="PlatformNotSupportedException">One is given where programs have no such properties.</exception>
    internal void RefuseAll(ParseResult arguments)
    {
        if (Array.Find(All, option => arguments.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new PlatformNotSupportedException($"{given.Name} is for programs on Unix; this system has no such thing. Leave it out.");
        }
    }

    private static UnixFileMode Umask(string text)
    {
        int mask = text.Length is > 0 and <= 4 && text.All(c => c is >= '0' and <= '7') ? Convert.ToInt32(text, 8) : -1;
        return mask is >= 0 and <= 511 ? (UnixFileMode)mask : throw new ArgumentException($"--umask: '{text}' is no umask: use 0 to 777 in octal digits.");
    }

    private static int Number(string option, string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ArgumentException($"{option}: '{text}' is no number.");

    private static KeyValuePair<UnixResource, UnixResourceLimit> Limit(string text)
    {
        string[] nameAndValue = text.Split('=', 2);
        string[] softAndHard = nameAndValue[^1].Split(':');
        bool isKnown = Enum.TryParse(nameAndValue[0], ignoreCase: true, out UnixResource resource) && Enum.IsDefined(resource) && char.IsLetter(text[0]);
        if (nameAndValue.Length != 2 || !isKnown || softAndHard.Length > 2 || !TryAmount(softAndHard[0], out ulong soft) || !TryAmount(softAndHard[^1], out ulong hard))
        {
            throw new ArgumentException($"--limit: '{text}' is no limit: use NAME=SOFT[:HARD], with a name from 'tether run --help' and numbers or 'unlimited'.");
        }

        return new KeyValuePair<UnixResource, UnixResourceLimit>(resource, new UnixResourceLimit(soft, hard));
    }

    private static bool TryAmount(string text, out ulong amount)
    {
        amount = UnixResourceLimit.Unlimited;
        return text == "unlimited" || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out amount);
    }
}
