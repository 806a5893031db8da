using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What compiling rules needs.</summary>
/// <param name="Indexes">All keys of the direction.</param>
/// <param name="Say">Takes a line of the log.</param>
/// <param name="Warn">Takes a warning.</param>
internal sealed record RuleCompiling(RuleIndexes Indexes, Action<string> Say, Action<string> Warn);

/// <summary>A rule in the form in which it is asked; or many that differ by one key only, of which the message must have the one that is asked for.</summary>
internal sealed class CompiledRule
{
    private readonly ConnectionCriteria? _connection;
    private readonly byte[]? _method;
    private readonly int _taggedId;
    private readonly Part[] _parts;

    /// <summary>Compiles one.</summary>
    /// <param name="rule">A rule of the direction.</param>
    /// <param name="ordinal">Where its first key stands among all rules of the direction.</param>
    /// <param name="compiling">What it is compiled with.</param>
    public CompiledRule(Rule rule, int ordinal, RuleCompiling compiling)
    {
        (Rule, Ordinal) = (rule, ordinal);
        _connection = ConnectionCriteria.Of(rule);
        _method = rule.Method is null ? null : Bytes.Of(rule.Method);
        _taggedId = rule.TaggedId;
        _parts = [.. PartsOf(rule, compiling)];
        HasActions = rule.Strip > 0 || Array.Exists(_parts, static part => part.Action != EntityAction.Match);
    }

    public Rule Rule { get; }

    /// <summary>Where it stands; one with many keys takes as many places.</summary>
    public int Ordinal { get; }

    /// <summary>How many rules it is.</summary>
    public int Count => Rule.Count;

    /// <summary>Whether it does more than to decide and to mark.</summary>
    public bool HasActions { get; }

    /// <summary>Asks it, in the order of R-FILTER-21.</summary>
    /// <param name="message">The message.</param>
    /// <param name="subject">Whose it is.</param>
    /// <param name="binding">Gets what was found; has the key where the rule has many.</param>
    public MatchResult Match(MessageView message, RuleSubject subject, ref Binding binding)
    {
        if ((_connection is not null && !Concerns(_connection, message, subject))
            || (_method is not null && (message.Request is null || !message.Request.MethodText.SequenceEqual(_method)))
            || (_taggedId != 0 && _taggedId != subject.TagId))
        {
            return MatchResult.No;
        }

        MatchResult result = MatchResult.Yes;
        for (int part = 0; part < _parts.Length && result == MatchResult.Yes; part++)
        {
            result = _parts[part].Match(message, ref binding);
        }

        return result;
    }

    /// <summary>Does what it says, part by part in their order (R-FILTER-25); leading parts of the path go last.</summary>
    public void Act(RuleRun run, in Binding binding)
    {
        foreach (Part part in _parts)
        {
            part.Act(run, binding);
        }

        if (Rule.Strip > 0)
        {
            run.StripPath(Rule.Strip);
        }
    }

    private static bool Concerns(ConnectionCriteria criteria, MessageView message, RuleSubject subject)
    {
        SocketAddress sender = message.Request is null ? subject.Host : subject.Client;
        SocketAddress other = message.Request is null ? subject.Client : subject.Host;
        return criteria.Hold(sender, subject.Local, other);
    }

    /// <summary>A part without a key is none (R-FILTER-04), and answers have neither path nor query (R-FILTER-49).</summary>
    private static IEnumerable<Part> PartsOf(Rule rule, RuleCompiling compiling)
    {
        foreach (Entity entity in rule.Entities.AsEnumerable())
        {
            bool isOfRequests = entity.Kind is EntityKind.Query or EntityKind.Path or EntityKind.Url;
            if (entity.Key is null || (isOfRequests && rule.Direction == Direction.Response))
            {
                continue;
            }

            KeyList? list = rule.Keys?.Kind == entity.Kind ? rule.Keys : null;
            yield return entity.Kind switch
            {
                EntityKind.Header => new HeaderPart(entity, list, compiling),
                EntityKind.Query => new QueryPart(entity, list, compiling),
                EntityKind.Path => new PathPart(entity, list, compiling),
                EntityKind.Url => new UrlPart(entity, rule, compiling),
                _ => new CookiePart(entity, list, compiling),
            };
        }
    }
}
