namespace Tether.Platform.Windows;

/// <summary>Moves of files that others may look into at any moment: virus scanners and indexers open what is new.</summary>
internal static class WindowsFile
{
    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <exception cref="IOException">Somebody keeps the file from being moved.</exception>
    internal static void Move(string from, string to)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(from, to);
                return;
            }
            catch (UnauthorizedAccessException error)
            {
                if (attempt == Attempts)
                {
                    throw new IOException($"'{from}' cannot be moved: {error.Message}", error);
                }
            }
            catch (IOException error) when (WindowsError.Of(error) == WindowsError.SharingViolation && attempt < Attempts)
            {
                // Whoever has it open does not share it, for now.
            }

            Thread.Sleep(Pause);
        }
    }
}
