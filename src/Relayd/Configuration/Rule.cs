using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>What a rule does when it matches.</summary>
internal enum RuleAction
{
    Pass,
    Block,

    /// <summary>Its options take effect, and the decision is left to others.</summary>
    Match,
}

/// <summary>Which messages a rule looks at.</summary>
internal enum Direction
{
    Request,
    Response,
}

/// <summary>A family of addresses.</summary>
internal enum Family
{
    Any,
    Inet,
    Inet6,
}

/// <summary>A filter rule (R-FILTER-01 to -11).</summary>
internal sealed record Rule
{
    /// <summary>From 1 in its protocol.</summary>
    public required int Id { get; init; }

    public required RuleAction Action { get; init; }

    public Direction Direction { get; init; }

    /// <summary>Whether no later rule is asked.</summary>
    public bool IsQuick { get; init; }

    public Family Family { get; init; }

    /// <summary>Where the message comes from; null for anywhere.</summary>
    public Prefix? From { get; init; }

    /// <summary>The address that was connected to; null for any.</summary>
    public Prefix? To { get; init; }

    /// <summary>A method of a request; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>A glob of the name that a client asks for before it shakes hands with the host, in lower case; null for any, or none.</summary>
    public string? ServerName { get; init; }

    /// <summary>At most one of each kind, in the order in which they are looked at and act.</summary>
    public Sequence<Entity> Entities { get; init; }

    /// <summary>Keys that one of the entities has in turn, so that the rule is as many rules, one behind the other; null where it is one.</summary>
    public KeyList? Keys { get; init; }

    /// <summary>Leading parts that are taken from the path.</summary>
    public int Strip { get; init; }

    /// <summary>Id of the tag that the session must have; 0 for any.</summary>
    public int TaggedId { get; init; }

    public Mark Tag { get; init; }

    public Mark Label { get; init; }

    /// <summary>Definition of the table that the session goes to; null for no choice.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>How many rules it is: their ids run on from <see cref="Id"/>.</summary>
    public int Count => Keys?.Texts.Count ?? 1;

    /// <summary>One of the rules that it is.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>, exclusive.</param>
    public Rule At(int index) => Keys is null ? this : WithKey(index) with { Id = Id + index, Keys = null };

    /// <summary>The entity that has the keys, with one of them.</summary>
    /// <param name="text">The key.</param>
    public Entity KeyedWith(string text)
    {
        foreach (Entity entity in Entities)
        {
            if (entity.Kind == Keys?.Kind)
            {
                return entity with { Key = entity.Key! with { Text = text } };
            }
        }

        throw new InvalidOperationException("A list of keys has an entity.");
    }

    private Rule WithKey(int index)
    {
        Entity keyed = KeyedWith(Keys!.Texts[index]);
        Entity[] entities = [.. Entities];
        entities[Array.FindIndex(entities, entity => entity.Kind == keyed.Kind)] = keyed;
        return this with { Entities = [.. entities] };
    }
}

/// <summary>Keys that take turns in an entity, all compared in the same way. The entity itself has the first one.</summary>
/// <param name="Kind">Which entity.</param>
/// <param name="Texts">At least two, in order, one character a byte.</param>
internal sealed record KeyList(EntityKind Kind, Sequence<string> Texts);

/// <summary>What a rule does to the tag or label of a session.</summary>
/// <param name="Change">What.</param>
/// <param name="Id">Of the tag or label that it gets, from 1.</param>
internal readonly record struct Mark(MarkChange Change, int Id = 0)
{
    /// <summary>What becomes of the tag or label of a session.</summary>
    /// <param name="id">The one that it has; 0 for none.</param>
    public int Of(int id) => Change switch
    {
        MarkChange.Set => Id,
        MarkChange.Clear => 0,
        _ => id,
    };
}

/// <summary>What becomes of a tag or label.</summary>
internal enum MarkChange
{
    /// <summary>It stays.</summary>
    None,
    Set,

    /// <summary>It is taken away.</summary>
    Clear,
}

/// <summary>A part of a message. Their order is that of evaluation and of actions.</summary>
internal enum EntityKind
{
    Header,
    Query,
    Path,
    Url,
    Cookie,
}

/// <summary>What is done with a part of a message.</summary>
internal enum EntityAction
{
    /// <summary>It is looked at only.</summary>
    Match,
    Append,
    Set,
    Remove,
    Hash,
    Log,
}

/// <summary>A part of a message that a rule looks at or changes (R-FILTER-40 to -68).</summary>
/// <param name="Kind">Which.</param>
/// <param name="Action">What is done.</param>
/// <param name="Key">Its name; null where the rule names none, and nothing is compared.</param>
/// <param name="Value">What it must be, or becomes; null where nothing is compared.</param>
internal sealed record Entity(EntityKind Kind, EntityAction Action, Comparand? Key, Comparand? Value);

/// <summary>A text that is compared with a part of a message, or put in its place.</summary>
/// <param name="Kind">How.</param>
/// <param name="Text">One character a byte.</param>
internal sealed record Comparand(ComparandKind Kind, string Text);

/// <summary>How a text is compared.</summary>
internal enum ComparandKind
{
    Exact,

    /// <summary>As a shell glob.</summary>
    Glob,

    /// <summary>As a pattern of patterns(7).</summary>
    Pattern,

    /// <summary>With the digest of a candidate (<c>url digest</c>).</summary>
    Digest,

    /// <summary>As a pattern, with the digest of a candidate.</summary>
    DigestPattern,

    /// <summary>Not compared: a new value in which macros are replaced.</summary>
    Template,
}
