using System.Globalization;
using System.Net;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>The two lines of a session (R-CTL-35). Addresses of IPv6 have no brackets there.</summary>
internal static class SessionText
{
    public static string Of(SessionRow session)
    {
        string state = session.State == SessionState.Running ? "RUNNING" : "DONE";
        string tag = session.TagId == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", tag (id) {session.TagId}");
        return string.Create(CultureInfo.InvariantCulture, $"session 0:{session.Id} {Of(session.Client)} -> {Of(session.Target)}\t{state}\n") +
            string.Create(CultureInfo.InvariantCulture, $"\tage {TimeText.Of(session.Age)}, idle {TimeText.Of(session.Idle)}, ") +
            string.Create(CultureInfo.InvariantCulture, $"relay {session.RelayId}, pid {session.ProcessId}{tag}\n");
    }

    private static string Of(IPEndPoint? peer) =>
        peer is null ? ":0" : string.Create(CultureInfo.InvariantCulture, $"{peer.Address}:{peer.Port}");
}
