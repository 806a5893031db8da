using Sluice.Daemon.Logging;
using Sluice.Engine.Io;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Relaying;

/// <summary>The address that clients of a relay meant, from which the packet filter has brought them here (R-RELAY-21). Where it left their packets as they were (TPROXY) their connections have
/// it; where it translated them (redirect, dnat) the kernel remembers it. Either lookup finds both, and asks first for what it is named after.</summary>
/// <param name="relay">Its name, for the log.</param>
/// <param name="lookup">What it says.</param>
/// <param name="listen">Where it listens.</param>
/// <param name="warning">Says that clients came who were brought from nowhere; null where nobody is told.</param>
internal sealed class MeantAddress(string relay, Lookup lookup, SocketAddress listen, RareWarning? warning)
{
    /// <summary>That of a client; none where it meant the relay itself, or nobody knows.</summary>
    public SocketAddress Of(Connection client)
    {
        SocketAddress named = lookup == Lookup.Nat ? NatDestination.Of(client) : client.Local;
        if (IsOther(named))
        {
            return named;
        }

        SocketAddress other = lookup == Lookup.Nat ? client.Local : NatDestination.Of(client);
        return IsOther(other) ? other : default;
    }

    /// <summary>That of a datagram: its answer leaves from there, and from the relay's port, which must be the one that was meant.</summary>
    /// <param name="asked">Where it was sent to; none where that is not known.</param>
    public SocketAddress Of(in SocketAddress asked) => asked.Port == listen.Port && IsOther(asked) ? asked : default;

    /// <summary>How a session ends that has none, and nothing in its place.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="isKnown">Whether the kernel knows where it was sent to: then it was the relay.</param>
    public SessionEnd Fail(in SocketAddress client, Knowledge isKnown)
    {
        warning?.Say($"relay {relay}: {client} came straight to the relay, and meant nobody else: rules of the packet filter bring others here, see relayctl show rules");
        return isKnown == Knowledge.None ? SessionEnd.NoDestination : SessionEnd.Aborted;
    }

    /// <summary>The same for a connection.</summary>
    public SessionEnd Fail(Connection client) =>
        Fail(client.Peer, lookup == Lookup.Nat && NatDestination.Of(client).Kind == AddressKind.None ? Knowledge.None : Knowledge.OfSelf);

    // To connect to itself would go on for ever.
    private bool IsOther(in SocketAddress address) => address.Kind != AddressKind.None && address != listen;
}

/// <summary>What is known of where a client meant to go, that is nobody else.</summary>
internal enum Knowledge
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It meant the relay.</summary>
    OfSelf,
}
