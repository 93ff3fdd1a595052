using System.Diagnostics;
using Tether.Journal;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <content>The program: its processes end, its input takes bytes, its output has come.</content>
internal sealed partial class EventLoop
{
    /// <summary>So many pieces of one stream are read before the others get their turn.</summary>
    private const int PiecesPerTurn = 16;

    private unsafe void OnSignals()
    {
        const int size = 128; // struct signalfd_siginfo; its first word is the signal
        byte* info = stackalloc byte[size];
        while (Libc.Read(_signals, info, size) == size)
        {
            if (*(int*)info == Libc.SIGUSR1 && !_session.IsOver)
            {
                RestoreEndpoint();
            }
        }

        // Signals of one kind that come together are one: reap until there is nothing to reap.
        ReapProcesses();
    }

    private void ReapProcesses()
    {
        Records.ExitFile? ended = _program.Processes.Reap(out bool any);
        if (ended is not null)
        {
            _session.OnProgramEnded(ended);
        }

        if (any)
        {
            _session.OnProcessEnded();
        }
    }

    private void RestoreEndpoint()
    {
        try
        {
            if (_program.Record.Endpoint.RestoreFile())
            {
                _epoll.Add(_program.Record.Endpoint.Socket, Libc.EPOLLIN, EndpointTag);
            }
        }
        catch (IOException)
        {
            // The directory is gone or full. The client that asked finds no socket and says so; the program is kept all the same.
        }
    }

    private void OnInput(uint events)
    {
        if ((events & Libc.EPOLLERR) != 0)
        {
            _session.OnInputBroken();
        }
        else
        {
            _session.OnInputWritable();
        }
    }

    private void OnOutput(OutputStream stream, uint events)
    {
        if (!_session.IsPaused(stream))
        {
            ReadOutput(stream);
        }
        else if ((events & Libc.EPOLLHUP) != 0)
        {
            _session.OnOutputOrphaned(stream);
            if (_session.IsPaused(stream))
            {
                // The disk is full. EPOLLHUP would wake the loop for ever, and tells nothing new.
                _epoll.Remove(Pipe(stream)!.Fifo);
                _unwatched.Add(stream);
            }
        }
    }

    private void ReadOutput(OutputStream stream)
    {
        OutputPipe pipe = Pipe(stream)!;
        StreamJournal journal = stream == OutputStream.StandardOutput ? _program.Record.Journal.StandardOutput : _program.Record.Journal.StandardError;
        for (int piece = 0; piece < PiecesPerTurn; piece++)
        {
            int room = _session.OutputRoom(stream);
            if (room == 0 || pipe.Receive(room, journal) is not { } length)
            {
                return;
            }

            if (length == 0)
            {
                _epoll.Remove(pipe.Fifo);
                _session.OnOutputEnded(stream);
                return;
            }

            if (pipe.IsInPlace)
            {
                _session.OnOutputInPlace(stream, length);
            }
            else
            {
                _session.OnOutput(stream, pipe.Bytes(length));
            }

            pipe.Size.OnRead(length, Now);
            if (!pipe.HasMore)
            {
                if (pipe.Small.OnRead(length, Stopwatch.GetTimestamp()))
                {
                    SmallPieces.LetAMomentPass();
                }

                return;
            }
        }
    }
}
