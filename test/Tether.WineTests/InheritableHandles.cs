using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>Which handles of this process any plain start would pass on: a thread looks again and again, until its end.</summary>
internal sealed unsafe class InheritableHandles : IDisposable
{
    private const nint Highest = 0x2000;

    private readonly HashSet<nint> _before = Now();
    private readonly HashSet<nint> _found = [];
    private readonly Thread _thread;
    private volatile bool _isEnding;

    internal InheritableHandles()
    {
        _thread = new Thread(() =>
        {
            do
            {
                foreach (nint value in Now().Where(value => !_before.Contains(value)))
                    _found.Add(value);

                Looks++;
            }
            while (!_isEnding);
        });
        _thread.Start();
    }

    /// <summary>How often it has looked at all handles.</summary>
    internal int Looks { get; private set; }

    /// <summary>Those that were inheritable at any of its looks, and not before; to be asked after the end.</summary>
    internal IReadOnlyCollection<nint> Found => _found;

    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
    }

    private static HashSet<nint> Now()
    {
        HashSet<nint> values = [];
        for (nint value = 4; value < Highest; value += 4)
        {
            uint flags;
            if (Kernel32.GetHandleInformation(value, &flags) && (flags & Kernel32.HANDLE_FLAG_INHERIT) != 0)
                values.Add(value);
        }

        return values;
    }
}
