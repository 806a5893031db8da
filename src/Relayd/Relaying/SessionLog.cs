using System;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Relaying;

/// <summary>Says how sessions ended (R-LOG-11, R-LOG-12).</summary>
/// <param name="info">Takes the line of a session that ended as it should.</param>
/// <param name="warn">Takes that of another.</param>
internal sealed class SessionLog(Action<string> info, Action<string> warn)
{
    /// <summary>Takes lines for whoever looks for a fault.</summary>
    public Action<string> Debug { get; init; } = static _ => { };

    /// <summary>Whether anybody does.</summary>
    public Func<bool> SaysDebug { get; init; } = static () => false;

    /// <summary>Says that a client speaks TLS from now on (R-LOG-10).</summary>
    /// <param name="session">Its session.</param>
    /// <param name="active">How many sessions the process has with this one.</param>
    public void SayEstablished(RelaySession session, int active)
    {
        if (SaysDebug())
        {
            Debug($"relay {session.Relay.Name}, tls session {session.Id} established ({active} active)");
        }
    }

    /// <summary>Says it, where <c>log connection</c> asks for it.</summary>
    /// <param name="session">Is about to end.</param>
    /// <param name="active">How many sessions the process has with this one.</param>
    public void Say(RelaySession session, int active)
    {
        SessionLine line = new(session.Relay, session.Id, session.Client, session.Target, session.Outcome, session.Error);
        if (IsAskedFor(line))
        {
            string unproven = session.Host.Unproven.Length > 0 ? $" [host not verified: {session.Host.Unproven}]" : "";
            string remarks = unproven + session.Remarks;
            string reason = session.TlsError != default ? session.TlsError.Describe() : Reason(line);
            Say(line, Text(line, active, session.TagId, Message(session)) + (remarks.Length > 0 ? $",{remarks}" : ""), reason);
        }
    }

    /// <summary>The same of a session that is no connection.</summary>
    public void Say(in SessionLine line, int active)
    {
        if (IsAskedFor(line))
        {
            Say(line, Text(line, active, tagId: 0, Message(line.Outcome)), Reason(line));
        }
    }

    private void Say(in SessionLine line, string text, string reason)
    {
        if (IsError(line))
        {
            warn(reason.Length == 0 ? text : $"{text}: {reason}");
        }
        else
        {
            info(text);
        }
    }

    private static bool IsAskedFor(in SessionLine line) => line.Outcome != SessionEnd.Silent && line.Relay.Logging switch
    {
        Configuration.SessionLog.None => false,
        Configuration.SessionLog.Errors => IsError(line),
        _ => true,
    };

    private static bool IsError(in SessionLine line) => line.Outcome is not (SessionEnd.Done or SessionEnd.Closed or SessionEnd.Refused);

    private static string Reason(in SessionLine line) => line.Error == Errno.None ? "" : line.Error.Describe();

    private static string Text(in SessionLine line, int active, int tagId, string message) =>
        $"relay {line.Relay.Name}, session {line.Id} ({active} active), {line.Relay.TagName(tagId)}, "
        + $"{Host(line.Client)} -> {Host(line.Target)}:{(line.Target.Kind == AddressKind.None ? line.Relay.FixedPort : line.Target.Port)}, {message}";

    private static string Message(RelaySession session) => session.Outcome switch
    {
        SessionEnd.Answered => session.Refusal.Described,
        SessionEnd.Refused => session.Refusal.Message,
        SessionEnd.Idle => session.Relay is { Pipes: not null, Http: null } ? "splice timeout" : "buffer event timeout",
        _ => Message(session.Outcome),
    };

    private static string Message(SessionEnd outcome) => outcome switch
    {
        SessionEnd.Done => "done",
        SessionEnd.HandshakeTimeout => "TLS handshake timeout",
        SessionEnd.HandshakeFailed => "TLS handshake error",
        SessionEnd.HandshakeBroken => "TLS handshake error: connection closed",
        SessionEnd.NoCertificate => "could not create certificate",
        SessionEnd.Forbidden => "Forbidden",
        SessionEnd.ConnectTimeout => "connect timeout",
        SessionEnd.NoDescriptor => "connection timed out",
        SessionEnd.SocketError => "socket error",
        SessionEnd.NoDestination => "session NAT lookup failed",
        SessionEnd.Aborted => "session aborted",
        SessionEnd.NoSource => "bindany failed, invalid socket",
        SessionEnd.NoProxyHeader => "failed to write PROXY header",
        SessionEnd.InvalidChunk => Refusal.OfBody(Rejection.ChunkSize).Message,
        SessionEnd.ChunkTooLong => Refusal.OfBody(Rejection.ChunkSizeTooLong).Message,
        SessionEnd.NoAnswer => "udp timeout",
        SessionEnd.AnswerFailed => "response failed",
        SessionEnd.HostDown => "host down",
        SessionEnd.Closed => "session closed",
        _ => "session failed",
    };

    private static string Host(in SocketAddress address)
    {
        Span<byte> text = stackalloc byte[SocketAddress.LongestText];
        return Encoding.ASCII.GetString(text[..address.WriteHost(text)]);
    }
}

/// <summary>What a line about a session is made of.</summary>
/// <param name="Relay">What it went by.</param>
/// <param name="Id">From 1 in this process.</param>
/// <param name="Client">Whom it served.</param>
/// <param name="Target">Where it went to; none where it did not come to that.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">What the system said, where that is why.</param>
internal readonly record struct SessionLine(ServedRelay Relay, long Id, SocketAddress Client, SocketAddress Target, SessionEnd Outcome, Errno Error);
