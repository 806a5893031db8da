using Sluice.Configuration.Grammar;
using Sluice.Engine.Io;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What a rule asks of the connection (R-FILTER-30).</summary>
internal sealed class ConnectionCriteria
{
    private readonly Family _family;
    private readonly AddressSet? _from;
    private readonly AddressSet? _to;

    private ConnectionCriteria(Rule rule)
    {
        (_family, _from, _to) = (rule.Family, SetOf(rule.From), SetOf(rule.To));
    }

    /// <summary>Those of a rule; null where it asks for nothing.</summary>
    public static ConnectionCriteria? Of(Rule rule) =>
        rule is { Family: Family.Any, From: null, To: null } ? null : new ConnectionCriteria(rule);

    /// <summary>Whether they hold.</summary>
    /// <param name="sender">Whom the message comes from.</param>
    /// <param name="local">The address that the client connected to.</param>
    /// <param name="other">The peer on the other side, as far as there is one.</param>
    public bool Hold(in SocketAddress sender, in SocketAddress local, in SocketAddress other) =>
        IsOfFamily(sender) && (other.Kind == AddressKind.None || IsOfFamily(other))
        && (_from is null || _from.Contains(sender))
        && (_to is null || _to.Contains(local));

    private static AddressSet? SetOf(Prefix? network) => network is null ? null : AddressSets.Of(network);

    private bool IsOfFamily(in SocketAddress address) =>
        _family == Family.Any || _family == (address.Kind == AddressKind.IPv4 ? Family.Inet : Family.Inet6);
}
