using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>What <c>show</c> shows.</summary>
public enum ShowSubject
{
    /// <summary>Redirections, relays and routers, with tables and hosts: <see cref="RedirectRow"/>, <see cref="RelayRow"/>, <see cref="RouterRow"/>,
    /// and behind each its <see cref="TableRow"/> and <see cref="HostRow"/>.</summary>
    Summary,

    /// <summary>Tables and hosts: <see cref="TableRow"/> and <see cref="HostRow"/>.</summary>
    Hosts,

    /// <summary><see cref="RedirectRow"/>.</summary>
    Redirects,

    /// <summary><see cref="RelayRow"/>.</summary>
    Relays,

    /// <summary><see cref="RouterRow"/>, and behind each its <see cref="RouteRow"/>.</summary>
    Routers,

    /// <summary><see cref="SessionRow"/>.</summary>
    Sessions,

    /// <summary>Commands for the packet filter and the routes that relays need: <see cref="TextRow"/>, parts of one text.</summary>
    Rules,
}

/// <summary><c>show</c>. The answer is rows, and an <see cref="End"/>.</summary>
/// <param name="Subject">What.</param>
public sealed record ShowRequest(ShowSubject Subject) : Request(RequestType.Show)
{
    internal static ShowRequest ReadFields(ref WireReader reader) => new((ShowSubject)reader.Small((int)ShowSubject.Rules));

    private protected override void WriteFields(WireWriter writer) => writer.Small((int)Subject);
}

/// <summary><c>monitor</c>. The answer is an <see cref="EventRow"/> for each event, until the client leaves.</summary>
public sealed record MonitorRequest() : Request(RequestType.Monitor);
