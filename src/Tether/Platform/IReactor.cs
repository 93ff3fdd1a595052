namespace Tether.Platform;

/// <summary>Who tells of a connection, to whom it tells.</summary>
internal interface IReactor
{
    /// <summary>Whether code that is not ours, and takes as long as it likes, may run on this thread now: another one goes on with the reactor's work.</summary>
    bool MayRunOthersCode();
}
