namespace Tether;

/// <summary>Which of the program's two output streams. The values are the descriptor numbers.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    StandardOutput = 1,

    /// <summary>Standard error.</summary>
    StandardError = 2,
}
