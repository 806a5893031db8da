using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>The fields that rules of a direction write or take away, whether or not they did so in a message: none of them may come behind its body instead, where no rule looks (RFC 9110 6.5.1).</summary>
internal sealed class ClaimedFields
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    // Null stands for any name.
    private readonly List<TextTest?> _tests = [];

    /// <summary>Finds them.</summary>
    /// <param name="protocol">Whose rules.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="own">A field that the relay itself writes; null for none.</param>
    public ClaimedFields(Protocol protocol, Direction direction, byte[]? own)
    {
        if (own is not null)
        {
            _ = _names.Add(Encoding.Latin1.GetString(own));
        }

        foreach (Rule rule in protocol.Rules)
        {
            foreach (Entity entity in rule.Direction == direction ? rule.Entities : [])
            {
                if (entity is { Kind: EntityKind.Header, Action: EntityAction.Append or EntityAction.Set or EntityAction.Remove, Key: { } key })
                {
                    Add(rule, entity, key);
                }
            }
        }
    }

    /// <summary>Whether a field of that name may come behind a body.</summary>
    /// <param name="name">In any case of letters.</param>
    public bool MaySend(ReadOnlySpan<byte> name)
    {
        foreach (TextTest? test in _tests)
        {
            if (test is null || test.Matches(name))
            {
                return false;
            }
        }

        return _names.Count == 0 || !_names.Contains(Encoding.Latin1.GetString(name));
    }

    private void Add(Rule rule, Entity entity, Comparand key)
    {
        bool isListed = rule.Keys?.Kind == EntityKind.Header;
        foreach (string text in isListed ? rule.Keys!.Texts : [key.Text])
        {
            if (entity.Action != EntityAction.Remove || key.Kind == ComparandKind.Exact)
            {
                _ = _names.Add(text);
            }
            else
            {
                _tests.Add(TextTest.Of(key with { Text = text }, LetterCase.Folded, static _ => { }));
            }
        }
    }
}
