namespace Tether.Fuzz;

/// <summary>A keeper did what it must not do.</summary>
internal sealed class FuzzFailureException(string message) : Exception(message)
{
    internal static void ThrowIf(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new FuzzFailureException(message);
        }
    }
}
