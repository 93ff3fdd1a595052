using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Protocol;
using Tether.Records;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// How a keeper lives on Windows. Processes have no parent that matters there, so it is started once, with nothing inherited and a hidden
/// console of its own, and connects to the pipe that its launcher has named.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class KeeperProcess
{
    /// <param name="pipe">The launcher's pipe, over which the request comes.</param>
    internal static int Keep(string pipe)
    {
        using StartChannel? channel = Connect(pipe);
        return channel is null ? 1 : Keep(channel);
    }

    private static int Keep(StartChannel channel)
    {
        try
        {
            if (channel.Receive() is not { } request || channel.IsGivenUp)
            {
                return 0;
            }

            using EventLoop loop = CreateLoop();
            using (KeptProgram program = KeptProgram.Start(request, channel, loop.Port))
            {
                // The launcher knows the arguments, and a frame is too small for all that they may be.
                channel.Answer(ProtocolJson.Frame(FrameType.Started, new StartedMessage { Record = program.Record.File with { Arguments = [] } }));
                ReturnMemory();
                loop.Run(program, channel);
            }

            // The record is let go of by now: a client that is slow to read keeps nobody else waiting.
            loop.CloseClients();
            return 0;
        }
        catch (StartFailedException failure)
        {
            channel.AnswerFailure(failure);
            return 1;
        }
        catch (ProtocolException error)
        {
            channel.AnswerFailure(new StartFailedException(StartFailure.KeeperFailed, 0, error.Message));
            return 1;
        }
    }

    /// <summary>Null when the launcher has gone, and nobody is there to be told anything.</summary>
    private static StartChannel? Connect(string pipe)
    {
        try
        {
            return new StartChannel(pipe);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static EventLoop CreateLoop()
    {
        try
        {
            ConsoleSignals.Prepare();
            return new EventLoop();
        }
        catch (IOException error)
        {
            throw new StartFailedException(
                StartFailure.OutOfResources,
                error.HResult & 0xFFFF,
                "its keeper could not be set up: " + error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>
    /// The start has made nearly all the garbage that a keeper ever makes, request and JSON; after it a keeper may be idle for weeks. The
    /// launcher has its answer already.
    /// </summary>
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
