namespace Tether.TestProgram;

/// <summary>Reads stdin to its end and does nothing else.</summary>
internal static class SinkBehavior
{
    internal static int Run()
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[64 * 1024];
        while (input.Read(buffer) > 0)
        {
        }

        return 0;
    }
}
