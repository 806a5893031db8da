using System;
using System.Collections.Generic;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What the rules say of a message.</summary>
internal enum RuleVerdict
{
    Pass,

    /// <summary>It is refused with status 403 and the label of the session.</summary>
    Block,

    /// <summary>Its host is none: it is refused with status 400 (R-FILTER-27).</summary>
    BadRequest,
}

/// <summary>What all rules of a process share.</summary>
/// <param name="Digests">Of URLs.</param>
/// <param name="Say">Takes a line of the log.</param>
/// <param name="Warn">Takes a warning of it.</param>
internal sealed record RuleEnvironment(UrlDigests Digests, Action<string> Say, Action<string> Warn);

/// <summary>
/// The rules of a protocol under one configuration, compiled (R-FILTER-20 to -32): they look at the heads of messages, and change them. Relays that name the
/// protocol share it. Nothing is allocated for a message.
/// </summary>
internal sealed class RuleSet
{
    private readonly RuleProgram? _requests;
    private readonly RuleProgram? _responses;
    private readonly RuleNames _names;
    private readonly RuleLog _log = new();

    private RuleSet(Protocol protocol, RelaydConfiguration configuration, RuleEnvironment environment)
    {
        _names = new RuleNames(configuration);
        RuleRun run = new(_log);
        _requests = Program(Direction.Request);
        _responses = Program(Direction.Response);

        RuleProgram? Program(Direction direction)
        {
            List<Rule> rules = [];
            foreach (Rule rule in protocol.Rules)
            {
                if (rule.Direction == direction)
                {
                    rules.Add(rule);
                }
            }

            return rules.Count == 0 ? null : new RuleProgram(rules, direction, _names, environment, run);
        }
    }

    /// <summary>What the rules logged of the last message: parts in brackets, each behind a blank; empty for nothing. Valid until the next message.</summary>
    public ReadOnlySpan<byte> Log => _log.Text;

    /// <summary>The rules of a protocol; null where it has none.</summary>
    /// <param name="protocol">One of the configuration.</param>
    /// <param name="configuration">Has the names of tags and labels.</param>
    /// <param name="environment">What they share with others.</param>
    public static RuleSet? Of(Protocol protocol, RelaydConfiguration configuration, RuleEnvironment environment) =>
        protocol.Rules.Count == 0 ? null : new RuleSet(protocol, configuration, environment);

    /// <summary>Whether rules ask for digests, so that <see cref="UrlDigests.Load"/> is due before a sandbox is entered.</summary>
    public static bool NeedsDigests(Protocol protocol)
    {
        foreach (Rule rule in protocol.Rules)
        {
            foreach (Entity entity in rule.Entities)
            {
                if (entity.Key?.Kind is ComparandKind.Digest or ComparandKind.DigestPattern)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether messages of a direction have to be asked about at all.</summary>
    public bool HasRules(Direction direction) => (direction == Direction.Request ? _requests : _responses) is not null;

    /// <summary>Asks the rules of a direction about a message, and does what they say.</summary>
    /// <param name="direction">The direction; the message of requests is a <see cref="RequestHead"/>.</param>
    /// <param name="head">The message as it came.</param>
    /// <param name="changes">Begun with it; rules do not see what was dropped of it before.</param>
    /// <param name="subject">The session. For a request its table and hash are forgotten first; its tag and label stay from message to message.</param>
    public RuleVerdict Evaluate(Direction direction, MessageHead head, HeadChanges changes, RuleSubject subject)
    {
        subject.MustClose = false;
        if (direction == Direction.Request)
        {
            subject.BeginRequest();
        }

        RuleProgram? program = direction == Direction.Request ? _requests : _responses;
        if (program is null)
        {
            _log.Begin(direction, subject.Label);
            return RuleVerdict.Pass;
        }

        return program.Evaluate(direction, head, changes, subject);
    }

    /// <summary>Takes over a session from the rules of the configuration before: tag and label are known by their names there, and by numbers here.</summary>
    /// <param name="subject">The session.</param>
    /// <param name="former">The names that its numbers are of.</param>
    public void Adopt(RuleSubject subject, RelaydConfiguration former) => _names.Adopt(subject, former);
}
