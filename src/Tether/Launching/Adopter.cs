using Tether.Platform;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Launching;

/// <summary>
/// Gives a program whose keeper was killed a new one. Any number of clients may try at once: the record's lock lets one keeper through.
/// </summary>
internal static class Adopter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether the record's keeper is gone and left a program that may run, or end, unseen.</summary>
    internal static bool IsNeeded(RecordStore store, string name)
    {
        try
        {
            return HostPlatform.Current.IsRecordLocked(store.DirectoryOf(name)) == false
                && store.ReadExitFile(name) is null
                && HostPlatform.Current.CanAdopt(store.ReadRecordFile(name));
        }
        catch (CorruptRecordException)
        {
            return false;
        }
    }

    /// <summary>Returns when the record has a keeper, or is known to get none. False: there is nothing to keep, or no keeper to be had.</summary>
    /// <exception cref="ProcessStartException">The keeper cannot be started.</exception>
    internal static async Task<bool> TryAsync(string home, string name, TetherOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        KeeperLaunch? launch = null;
        try
        {
            launch = await HostPlatform.Current.LaunchKeeperAsync(KeeperLocator.Find(options, name), name, patience.Token).ConfigureAwait(false);
            FrameReader frames = new(launch.Connection);
            await launch.Connection.WriteAsync(Frame.Create(FrameType.Adopt, new AdoptRequest(home, name).Encode()), patience.Token).ConfigureAwait(false);
            // "Name in use" says that another keeper was faster, which is as good.
            bool answered = await frames.ReadAsync(patience.Token).ConfigureAwait(false);
            launch.ReapFirstCopy();
            return answered && (frames.Type == FrameType.Started || ProtocolJson.Read<StartFailedMessage>(frames.Payload.Span).Reason == StartFailure.NameInUse);
        }
        catch (Exception error) when (error is IOException or ProtocolException)
        {
            launch?.ReapFirstCopy();
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A first copy that is stopped would be waited for for ever.
            return false;
        }
        finally
        {
            launch?.Dispose();
        }
    }
}
