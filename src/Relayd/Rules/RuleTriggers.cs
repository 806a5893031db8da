using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>
/// Finds for each rule something without which no message matches it, and that can be looked up: a path, a URL, a field, a cookie, or where many rules compare
/// the same part with globs a text of its glob. The rule is asked only of messages that have it. What cannot be looked up (patterns, few globs, rules
/// without a key) is asked of all.
/// </summary>
internal sealed class RuleTriggers
{
    // Among the names of fields.
    private const string PathName = "";

    private readonly Direction _direction;
    private readonly RuleIndexes.Builder _indexes = new();
    private readonly Dictionary<string, int> _globs = new(StringComparer.Ordinal); // how many rules compare a part with one, by the name of the field

    /// <summary>Finds it for rules.</summary>
    /// <param name="rules">All of one direction, in order.</param>
    /// <param name="direction">The direction.</param>
    public RuleTriggers(IReadOnlyList<Rule> rules, Direction direction)
    {
        _direction = direction;
        foreach (Rule rule in rules)
        {
            Count(rule);
        }

        foreach (Rule rule in rules)
        {
            Add(rule);
        }
    }

    /// <summary>The rules in order.</summary>
    public List<Rule> Rules { get; } = [];

    /// <summary>For each of <see cref="Rules"/>: which part it waits for; null where it is asked of all messages.</summary>
    public List<EntityKind?> Waiting { get; } = [];

    /// <summary>How many rules they are, where each key counts.</summary>
    public int Ordinals { get; private set; }

    public RuleIndexes Build() => _indexes.Build();

    private void Count(Rule rule)
    {
        foreach (Entity entity in rule.Entities)
        {
            if (RequiredText(entity) is not null)
            {
                string name = NameOf(entity);
                _globs[name] = _globs.GetValueOrDefault(name) + 1;
            }
        }
    }

    private void Add(Rule rule)
    {
        foreach (Entity entity in rule.Entities)
        {
            AddName(entity);
        }

        Rules.Add(rule);
        if (rule.Keys is null)
        {
            AddOne(rule);
        }
        else
        {
            AddMany(rule, rule.Keys);
        }
    }

    private void AddOne(Rule rule)
    {
        Entity? best = null;
        foreach (Entity entity in rule.Entities)
        {
            bool mayWait = KeyLookup.IsPossible(rule, entity) || (entity.Kind == EntityKind.Path && WaitsForText(entity));
            if (mayWait && (best is null || Rank(entity) < Rank(best)))
            {
                best = entity;
            }
        }

        if (best is not null && WaitsForText(best))
        {
            AddText(best, Ordinals);
        }
        else if (best is not null)
        {
            AddKey(best, Ordinals, Values.Exact);
        }

        Waiting.Add(best?.Kind);
        Ordinals++;
    }

    private void AddMany(Rule rule, KeyList keys)
    {
        foreach (string key in keys.Texts)
        {
            AddKey(rule.KeyedWith(key), Ordinals++, Values.None);
        }

        Waiting.Add(keys.Kind);
    }

    private static bool IsWritten(Entity entity) => entity.Action is EntityAction.Append or EntityAction.Set;

    // What fewest messages have comes first.
    private int Rank(Entity entity) => entity.Kind switch
    {
        EntityKind.Url => 0,
        EntityKind.Path => WaitsForText(entity) ? 3 : 1,
        EntityKind.Cookie => 2,
        EntityKind.Query => 3,
        _ => ExactValue(entity) is not null ? 1 : WaitsForText(entity) ? 3 : 4,
    };

    private bool WaitsForText(Entity entity) => RequiredText(entity) is not null && _globs[NameOf(entity)] >= RequiredTexts.Fewest;

    // Of the path, or of the first field of a name, without which the entity does not match.
    private byte[]? RequiredText(Entity entity) => entity.Kind switch
    {
        EntityKind.Path when _direction == Direction.Request => RequiredTexts.Of(entity.Key),
        EntityKind.Header when entity is { Action: not EntityAction.Remove, Key.Kind: ComparandKind.Exact } && !IsWritten(entity) && ExactValue(entity) is null => RequiredTexts.Of(entity.Value),
        _ => null,
    };

    private static string NameOf(Entity entity) => entity.Kind == EntityKind.Path ? PathName : Bytes.Text(Folding.Lower(Bytes.Of(entity.Key!.Text)));

    // A value to be removed may stand in any field of the name, and only the first one is looked up.
    private static byte[]? ExactValue(Entity entity) => entity is { Value: null } or { Kind: EntityKind.Header, Action: EntityAction.Remove } ? null : TextTest.Of(entity.Value, LetterCase.Matters, static _ => { })?.Only;

    private void AddName(Entity entity)
    {
        if (entity.Kind == EntityKind.Cookie)
        {
            _indexes.CookieName = _indexes.Headers.Add(_direction == Direction.Request ? "cookie"u8 : "set-cookie"u8);
        }
        else if (entity.Kind == EntityKind.Header && entity.Key is not null && (entity.Key.Kind == ComparandKind.Exact || IsWritten(entity)))
        {
            _ = _indexes.Headers.Add(Folding.Lower(Bytes.Of(entity.Key.Text)));
        }
    }

    private void AddText(Entity entity, int ordinal)
    {
        byte[] text = RequiredText(entity)!;
        if (entity.Kind == EntityKind.Path)
        {
            (_indexes.PathTexts ??= new RequiredTexts.Builder()).Add(text, ordinal);
            return;
        }

        int number = _indexes.Headers.Add(Folding.Lower(Bytes.Of(entity.Key!.Text)));
        if (!_indexes.FieldTexts.TryGetValue(number, out RequiredTexts.Builder? texts))
        {
            _indexes.FieldTexts[number] = texts = new RequiredTexts.Builder();
        }

        texts.Add(text, ordinal);
    }

    private void AddKey(Entity entity, int ordinal, Values values)
    {
        byte[] key = Bytes.Of(entity.Key!.Text);
        byte[]? value = values == Values.Exact ? ExactValue(entity) : null;
        byte[] joined = new byte[key.Length + 1 + (value?.Length ?? 0)];
        switch (entity.Kind)
        {
            case EntityKind.Url when entity.Key.Kind == ComparandKind.DigestPattern:
                _indexes.Digests.Add(key, ordinal);
                break;
            case EntityKind.Url:
                (entity.Key.Kind == ComparandKind.Digest ? _indexes.Digests : _indexes.Urls).Add(Folding.Lower(key), ordinal);
                break;
            case EntityKind.Path:
                _indexes.Paths.Add(key, ordinal);
                break;
            case EntityKind.Query:
                _indexes.Variables.Add(value is null ? key : [.. key, (byte)'=', .. value], ordinal);
                break;
            case EntityKind.Header:
                byte[] name = Folding.Lower(key);
                int number = _indexes.Headers.Add(name);
                if (value is null)
                {
                    _indexes.Headers.Add(name, ordinal);
                    break;
                }

                _ = RuleIndexes.WriteHeaderKey(name, value, joined);
                _indexes.HeaderValues.Add(joined, ordinal);
                _indexes.HeadersWithValues.Add(number);
                break;
            default:
                _ = RuleIndexes.WriteCookieKey(key, value, joined);
                _indexes.Cookies.Add(value is null ? joined.AsSpan(0, key.Length) : joined, ordinal);
                break;
        }
    }

    // Whether the value is a part of the key.
    private enum Values
    {
        None,
        Exact,
    }
}
