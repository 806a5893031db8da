using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// The rules of a protocol as they are read. Neighbours that differ by one key only, as those of a file of keys do, become one rule with a list of keys: it costs
/// what its keys cost, in memory, on the way to other processes and when it is asked.
/// </summary>
internal sealed class JoinedRules
{
    private readonly List<Rule> _rules = [];

    // Of the last rule, where it has been joined with others: the part that has the keys, and the keys.
    private readonly List<string> _keys = [];
    private EntityKind _keyed;

    /// <summary>How many rules there are, each key counted.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one behind the others.</summary>
    /// <param name="rule">Without a list of keys; it gets its number.</param>
    public void Add(Rule rule)
    {
        rule = rule with { Id = ++Count };
        if (_rules.Count > 0 && Joint(_rules[^1], rule) is { } keyed && (_keys.Count == 0 || keyed.Kind == _keyed))
        {
            if (_keys.Count == 0)
            {
                _keyed = keyed.Kind;
                _keys.Add(Find(_rules[^1], keyed.Kind).Key!.Text);
            }

            _keys.Add(keyed.Key!.Text);
            return;
        }

        Close();
        _rules.Add(rule);
    }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<Rule> All()
    {
        Close();
        return _rules;
    }

    private void Close()
    {
        if (_keys.Count > 0)
        {
            _rules[^1] = _rules[^1] with { Keys = new KeyList(_keyed, [.. _keys]) };
            _keys.Clear();
        }
    }

    /// <summary>The one entity of a rule by whose key it differs from the one before; null where there is none, or something else differs.</summary>
    private static Entity? Joint(Rule before, Rule rule)
    {
        if (before.Entities.Count != rule.Entities.Count || before with { Id = 0, Entities = [] } != rule with { Id = 0, Entities = [] })
        {
            return null;
        }

        Entity? differing = null;
        for (int i = 0; i < rule.Entities.Count; i++)
        {
            (Entity one, Entity other) = (before.Entities[i], rule.Entities[i]);
            if (one == other)
            {
                continue;
            }

            bool isKeyOnly = KeyLookup.IsPossible(before, one) && KeyLookup.IsPossible(rule, other) && other.Key is not null && one == other with { Key = other.Key with { Text = one.Key!.Text } };
            if (differing is not null || !isKeyOnly)
            {
                return null;
            }

            differing = other;
        }

        return differing;
    }

    private static Entity Find(Rule rule, EntityKind kind)
    {
        foreach (Entity entity in rule.Entities)
        {
            if (entity.Kind == kind)
            {
                return entity;
            }
        }

        throw new ArgumentException("The rule has no such part.", nameof(kind));
    }
}
