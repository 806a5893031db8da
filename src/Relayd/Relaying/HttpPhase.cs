namespace Sluice.Relayd.Relaying;

/// <summary>How far a session of HTTP is with a request.</summary>
internal enum HttpPhase
{
    /// <summary>No byte of it is there.</summary>
    Idle,

    /// <summary>A part of its head is there, and its time runs.</summary>
    Head,

    /// <summary>A host is connected to, or its answer is awaited.</summary>
    Waiting,

    /// <summary>The answer goes to the client.</summary>
    Answering,

    /// <summary>Both sides may say what they want.</summary>
    Tunnel,

    /// <summary>No other follows.</summary>
    Over,
}

/// <summary>What looking for a message came to.</summary>
internal enum HttpStep
{
    /// <summary>More has to come.</summary>
    Wait,

    /// <summary>Its head is there, and may go on.</summary>
    Taken,

    /// <summary>It is an answer before the answer.</summary>
    Interim,

    /// <summary>Nothing came, and the host is gone: another may be asked.</summary>
    Gone,

    /// <summary>It goes nowhere.</summary>
    Refused,

    /// <summary>Nothing more comes.</summary>
    Ended,
}
