namespace Tether;

/// <summary>How long a program may live in relation to the process that started it.</summary>
public enum ProcessLifetime
{
    /// <summary>The program runs until it ends by itself or is stopped, whatever becomes of its launcher. The default.</summary>
    Detached,

    /// <summary>
    /// The program is stopped (<see cref="ProcessSpec.StopGrace"/>) when its launcher ends, crashes, or disposes the
    /// <see cref="TetheredProcess"/> that the start returned.
    /// </summary>
    TiedToLauncher,
}
