namespace Tether.Launching;

/// <summary>
/// The form of a security descriptor in SDDL (ConvertStringSecurityDescriptorToSecurityDescriptor): enough to tell a slip where it was
/// made. What the names and rights in it mean, the system reads at the start.
/// </summary>
internal static class SecurityDescriptorText
{
    private const string Sections = "OGDS";

    /// <exception cref="ArgumentException">It is not of that form.</exception>
    internal static string Validate(string text, string member)
    {
        string? problem = Problem(text);
        return problem is null ? text : throw new ArgumentException(
            $"{member} is '{text.Replace("\0", "\\0")}', which {problem}. A security descriptor in SDDL has an owner (O:), a group (G:), "
            + "an access list (D:) and an audit list (S:), any of them, such as D:P(A;;GA;;;OW).",
            member);
    }

    private static string? Problem(string text)
    {
        if (text.Length == 0)
        {
            return "is empty; use null for the default";
        }

        if (text.Contains('\0'))
        {
            return "has a NUL character";
        }

        int depth = 0;
        int seen = -1;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            bool beginsSection = depth == 0 && i + 1 < text.Length && text[i + 1] == ':';
            int section = beginsSection ? Sections.IndexOf(text[i]) : -1;
            if (depth < 0)
            {
                return $"has a ')' too many at character {i + 1}";
            }

            if ((i == 0 || beginsSection) && section < 0)
            {
                return "does not begin a section with O:, G:, D: or S:";
            }

            if (beginsSection && section <= seen)
            {
                return $"has the section {text[i]}: twice, or not in the order O:, G:, D:, S:";
            }

            seen = Math.Max(seen, section);
        }

        return depth == 0 ? null : "has a '(' that is not closed";
    }
}
