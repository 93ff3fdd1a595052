namespace Tether.Protocol;

/// <summary>The type byte of a frame. docs/protocol.md has the payload of each; 1…127 go to the keeper, 128…255 come from it.</summary>
internal enum FrameType : byte
{
    /// <summary>JSON <see cref="HelloMessage"/>: the first frame of a client.</summary>
    Hello = 1,

    /// <summary>Raw bytes for the program's standard input.</summary>
    Input = 2,

    /// <summary>Empty: end of file for the program's standard input, after all input before it.</summary>
    CloseInput = 3,

    /// <summary>Stream byte and 64-bit offset: say once when the stream's end is past the offset, or the stream is closed.</summary>
    WaitOutput = 4,

    /// <summary>Stream byte and 64-bit offset: everything before the offset has been read (policy "block"); -1: this client reads the stream no longer.</summary>
    Consumed = 5,

    /// <summary>JSON <see cref="SignalMessage"/>.</summary>
    Signal = 6,

    /// <summary>JSON <see cref="StopMessage"/>.</summary>
    Stop = 7,

    /// <summary>
    /// One byte. 1: input need not be acknowledged at once from here on, but when 64 KiB are owed, with an <see cref="Output"/>, or when it is
    /// asked for; 0: it is asked for, as soon as all this client's input is taken.
    /// </summary>
    Acknowledge = 8,

    /// <summary>Binary <see cref="Launching.StartRequest"/>: only on the private connection that a keeper is started with.</summary>
    Start = 64,

    /// <summary>Binary <see cref="Launching.AdoptRequest"/>: the same, for the program of a keeper that was killed.</summary>
    Adopt = 65,

    /// <summary>JSON <see cref="WelcomeMessage"/>: the answer to a hello.</summary>
    Welcome = 128,

    /// <summary>Two 64-bit numbers: the input position, and how many bytes of this client's credit are free again.</summary>
    InputAccepted = 129,

    /// <summary>64-bit input position: the program's standard input is closed.</summary>
    InputClosed = 130,

    /// <summary>Stream byte, flags byte, 64-bit start and end of what the journal has.</summary>
    Output = 131,

    /// <summary>JSON <see cref="Records.ExitFile"/>: the program has ended and its exit is on disk.</summary>
    Exited = 132,

    /// <summary>JSON <see cref="ReplyMessage"/>: the answer to a signal or stop, by its id.</summary>
    Reply = 133,

    /// <summary>JSON <see cref="ErrorMessage"/>: the client broke the protocol; the connection ends after it.</summary>
    Error = 134,

    /// <summary>JSON <see cref="StartedMessage"/>: the answer to a start or adopt.</summary>
    Started = 192,

    /// <summary>JSON <see cref="StartFailedMessage"/>: the answer to a start that left nothing behind, or to an adopt that changed nothing.</summary>
    StartFailed = 193,
}
