using System;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

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
        bool isError = session.Outcome is not (SessionEnd.Done or SessionEnd.Closed or SessionEnd.Refused);
        Configuration.SessionLog asked = session.Relay.Logging;
        if (session.Outcome == SessionEnd.Silent || asked == Configuration.SessionLog.None || (asked == Configuration.SessionLog.Errors && !isError))
        {
            return;
        }

        string line = $"relay {session.Relay.Name}, session {session.Id} ({active} active), {session.Relay.TagName(session.TagId)}, "
            + $"{Host(session.Client)} -> {Host(session.Target)}:{(session.Target.Kind == AddressKind.None ? session.Relay.FixedPort : session.Target.Port)}, {Message(session)}";
        string remarks = session.Remarks;
        line = remarks.Length > 0 ? $"{line},{remarks}" : line;
        if (isError)
        {
            string reason = session.TlsError != default ? session.TlsError.Describe() : session.Error == Errno.None ? "" : session.Error.Describe();
            warn(reason.Length == 0 ? line : $"{line}: {reason}");
        }
        else
        {
            info(line);
        }
    }

    private static string Message(RelaySession session) => session.Outcome switch
    {
        SessionEnd.Done => "done",
        SessionEnd.HandshakeTimeout => "TLS handshake timeout",
        SessionEnd.HandshakeFailed => "TLS handshake error",
        SessionEnd.Forbidden => "Forbidden",
        SessionEnd.Answered => session.Refusal.Described,
        SessionEnd.Refused => session.Refusal.Message,
        SessionEnd.ConnectTimeout => "connect timeout",
        SessionEnd.NoDescriptor => "connection timed out",
        SessionEnd.SocketError => "socket error",
        SessionEnd.NoProxyHeader => "failed to write PROXY header",
        SessionEnd.Idle => session.Relay.Pipes is null ? "buffer event timeout" : "splice timeout",
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
