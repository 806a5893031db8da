namespace Sluice.Relayd.Relaying;

/// <summary>Why a session ended (R-LOG-12).</summary>
internal enum SessionEnd
{
    /// <summary>Both sides said all.</summary>
    Done,

    /// <summary>No host may serve, or connecting failed at once.</summary>
    Failed,

    /// <summary>Nobody knows where the client meant to go.</summary>
    NoDestination,

    /// <summary>The client meant the relay itself, which would connect to itself for ever.</summary>
    Aborted,

    /// <summary>No socket with the client's address was to be had.</summary>
    NoSource,

    /// <summary>Shaking hands took too long, with the client or the host.</summary>
    HandshakeTimeout,

    /// <summary>Client or host broke off a handshake, or did not prove who they are.</summary>
    HandshakeFailed,

    /// <summary>Client or host went away within a handshake.</summary>
    HandshakeBroken,

    /// <summary>The host's certificate could not be copied for the client.</summary>
    NoCertificate,

    /// <summary>A rule blocked it.</summary>
    Forbidden,

    /// <summary>A client of HTTP was answered with a page of ours.</summary>
    Answered,

    /// <summary>A client of HTTP would have been answered with a page if there were one: it is closed without a word.</summary>
    Refused,

    /// <summary>The host did not answer in time.</summary>
    ConnectTimeout,

    /// <summary>No descriptor was to be had for the host.</summary>
    NoDescriptor,

    /// <summary>A connection broke, or the host refused it.</summary>
    SocketError,

    /// <summary>The header for the host could not be sent.</summary>
    NoProxyHeader,

    /// <summary>The host's chunks make no body.</summary>
    InvalidChunk,

    /// <summary>The host sent a line of a chunk, or fields behind them, that never end.</summary>
    ChunkTooLong,

    /// <summary>Nothing moved for too long.</summary>
    Idle,

    /// <summary>No answer came to a query.</summary>
    NoAnswer,

    /// <summary>The answer to a query could not be sent to its client.</summary>
    AnswerFailed,

    /// <summary>The host went down.</summary>
    HostDown,

    /// <summary>The process is about to end, or too many configurations live.</summary>
    Closed,

    /// <summary>Of no interest to the log: the relay is disabled, or a proxy did not say whom it speaks for.</summary>
    Silent,
}
