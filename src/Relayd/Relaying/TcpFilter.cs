using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;

namespace Sluice.Relayd.Relaying;

/// <summary>What the rules say of a session.</summary>
/// <param name="Action">Pass or block.</param>
/// <param name="TagId">Its tag; 0 for none.</param>
/// <param name="Table">Definition of the table it goes to; null for no choice.</param>
internal readonly record struct Verdict(RuleAction Action, int TagId, string? Table);

/// <summary>The rules of a protocol as far as they can be asked of a connection (D-29): by addresses, tags, and the name that a client of TLS asks for. One that asks for what is in a message matches no connection.</summary>
internal sealed class TcpFilter
{
    private readonly Criterion[] _rules;

    private TcpFilter(Criterion[] rules)
    {
        _rules = rules;
        NeedsLocal = rules.Any(static each => each.Rule.To is not null);
        NeedsServerName = rules.Any(static each => each.Rule.ServerName is not null);
    }

    /// <summary>Whether it asks for the address that the client connected to.</summary>
    public bool NeedsLocal { get; }

    /// <summary>Whether it asks for the name that a client of TLS asks for, which has to come first.</summary>
    public bool NeedsServerName { get; }

    /// <summary>The filter of a protocol; null where no rule can match.</summary>
    public static TcpFilter? Of(Protocol protocol)
    {
        List<Criterion> rules = [];
        foreach (Rule rule in protocol.Rules)
        {
            if (rule.Direction == Direction.Request && rule.Method is null && rule.Entities.Count == 0)
            {
                rules.Add(new Criterion(rule, ConnectionCriteria.Of(rule), NameTest(rule)));
            }
        }

        return rules.Count == 0 ? null : new TcpFilter([.. rules]);
    }

    /// <summary>Asks all rules in order (R-FILTER-21 to -24).</summary>
    /// <param name="client">Who connected.</param>
    /// <param name="local">Where to; of no matter unless <see cref="NeedsLocal"/>.</param>
    /// <param name="serverName">The name, in lower case; empty where there is none.</param>
    public Verdict Judge(in SocketAddress client, in SocketAddress local, ReadOnlySpan<byte> serverName)
    {
        Verdict standing = new(RuleAction.Pass, TagId: 0, Table: null);
        Rule? decisive = null;
        foreach (Criterion each in _rules)
        {
            if (!each.Matches(client, local, standing.TagId, serverName))
            {
                continue;
            }

            if (each.Rule.Action == RuleAction.Match)
            {
                standing = Apply(each.Rule, standing);
                continue;
            }

            decisive = each.Rule;
            if (decisive.IsQuick)
            {
                break;
            }
        }

        return decisive is null ? standing : Apply(decisive, standing) with { Action = decisive.Action };
    }

    private static Verdict Apply(Rule rule, in Verdict verdict) => verdict with
    {
        TagId = rule.Tag.Of(verdict.TagId),
        Table = rule.ForwardTo ?? verdict.Table,
    };

    private static TextTest? NameTest(Rule rule) =>
        rule.ServerName is null ? null : TextTest.Of(new Comparand(ComparandKind.Glob, rule.ServerName), LetterCase.Folded, static _ => { });

    private sealed record Criterion(Rule Rule, ConnectionCriteria? Connection, TextTest? Name)
    {
        public bool Matches(in SocketAddress client, in SocketAddress local, int tagId, ReadOnlySpan<byte> serverName) =>
            (Connection is null || Connection.Hold(client, local, other: default))
            && (Rule.TaggedId == 0 || Rule.TaggedId == tagId)
            && (Rule.ServerName is null || (!serverName.IsEmpty && (Name is null || Name.Matches(serverName))));
    }
}
