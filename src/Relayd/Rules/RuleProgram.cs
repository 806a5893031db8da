using System;
using System.Collections.Generic;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>The rules of one direction, ready to be asked. Its cost grows with the rules that a message may match, not with all there are.</summary>
internal sealed class RuleProgram
{
    private readonly CompiledRule[] _rules;
    private readonly int[] _ordinals; // of each of _rules

    // Which of _rules are asked of each message, and which of one that has no host: all that wait for URLs match that (R-FILTER-51).
    private readonly int[] _always;
    private readonly int[] _withoutHost;

    private readonly RuleNames _names;
    private readonly MessageView _message;
    private readonly RuleRun _run;
    private QueuedRule[] _queue = new QueuedRule[8];
    private int _queued;

    /// <summary>Compiles them.</summary>
    /// <param name="rules">All of one direction, in order.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="names">Names of tags and labels.</param>
    /// <param name="environment">What they share with others.</param>
    /// <param name="run">What actions act with.</param>
    public RuleProgram(IReadOnlyList<Rule> rules, Direction direction, RuleNames names, RuleEnvironment environment, RuleRun run)
    {
        RuleTriggers triggers = new(rules, direction);
        RuleIndexes indexes = triggers.Build();
        RuleCompiling compiling = new(indexes, environment.Say, environment.Warn);
        (_names, _run) = (names, run);
        _message = new MessageView(indexes, environment.Digests);
        _rules = new CompiledRule[triggers.Rules.Count];
        _ordinals = new int[_rules.Length];
        List<int> always = [];
        List<int> withoutHost = [];
        int ordinal = 0;
        for (int i = 0; i < _rules.Length; i++)
        {
            _rules[i] = new CompiledRule(triggers.Rules[i], ordinal, compiling);
            _ordinals[i] = ordinal;
            ordinal += _rules[i].Count;
            if (triggers.Waiting[i] is null)
            {
                always.Add(i);
            }

            if (triggers.Waiting[i] is null or EntityKind.Url)
            {
                withoutHost.Add(i);
            }
        }

        (_always, _withoutHost) = ([.. always], [.. withoutHost]);
    }

    /// <summary>Asks the rules, and does what they say.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="head">The message.</param>
    /// <param name="changes">What becomes of it.</param>
    /// <param name="subject">Whose it is.</param>
    public RuleVerdict Evaluate(Direction direction, MessageHead head, HeadChanges changes, RuleSubject subject)
    {
        _message.Begin(head, changes);
        Hits hits = _message.Hits;
        _queued = 0;
        CompiledRule? decisive = null;
        Binding bound = default;
        int[] asked = _message.HasUrl ? _always : _withoutHost;
        int next = 0;
        int hit = 0;
        while (next < asked.Length || hit < hits.Count)
        {
            // Of those that are asked always and those whose key was found, the one that stands first.
            bool isHit = next == asked.Length || (hit < hits.Count && hits.Ordinal(hit) < _ordinals[asked[next]]);
            CompiledRule rule = isHit ? RuleAt(hits.Ordinal(hit)) : _rules[asked[next]];
            Binding binding = new() { Key = isHit ? hits.Key(hit) : KeyIndex.None, Field = MessageView.NoField };
            _ = isHit ? hit++ : next++;
            MatchResult result = rule.Match(_message, subject, ref binding);
            if (result == MatchResult.BadHost)
            {
                _run.Begin(direction, _message, subject);
                return RuleVerdict.BadRequest;
            }

            if (result == MatchResult.No)
            {
                continue;
            }

            if (rule.Rule.Action == RuleAction.Match)
            {
                TakeEffect(rule, binding, subject);
                continue;
            }

            (decisive, bound) = (rule, binding);
            if (rule.Rule.IsQuick)
            {
                break;
            }
        }

        if (decisive is not null)
        {
            TakeEffect(decisive, bound, subject);
        }

        Act(direction, subject);
        return decisive?.Rule.Action == RuleAction.Block ? RuleVerdict.Block : RuleVerdict.Pass;
    }

    // Table, tag and label at once (R-FILTER-22), actions when all rules were asked (R-FILTER-25).
    private void TakeEffect(CompiledRule rule, in Binding binding, RuleSubject subject)
    {
        _names.Mark(subject, rule.Rule);
        if (rule.HasActions)
        {
            if (_queued == _queue.Length)
            {
                Array.Resize(ref _queue, 2 * _queued);
            }

            _queue[_queued++] = new QueuedRule(rule, binding);
        }
    }

    private void Act(Direction direction, RuleSubject subject)
    {
        _run.Begin(direction, _message, subject);
        for (int i = 0; i < _queued; i++)
        {
            _queue[i].Rule.Act(_run, _queue[i].Binding);
        }
    }

    private CompiledRule RuleAt(int ordinal)
    {
        int index = Array.BinarySearch(_ordinals, ordinal);
        return _rules[index >= 0 ? index : ~index - 1];
    }

    private readonly record struct QueuedRule(CompiledRule Rule, Binding Binding);
}
