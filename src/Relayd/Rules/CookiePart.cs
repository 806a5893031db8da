using System;
using System.Text;

using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A cookie of the first Cookie or Set-Cookie field (R-FILTER-41); what is done is done to the whole field.</summary>
internal sealed class CookiePart : Part
{
    private readonly KeyIndex? _listed;
    private readonly TextTest? _name;
    private readonly TextTest? _value;
    private readonly NewValue? _newValue;

    /// <summary>Compiles one.</summary>
    /// <param name="entity">Has a key.</param>
    /// <param name="list">The keys of the rule where it has many, and this part has them.</param>
    /// <param name="compiling">The indexes.</param>
    public CookiePart(Entity entity, KeyList? list, RuleCompiling compiling)
        : base(entity.Action)
    {
        _listed = list is null ? null : compiling.Indexes.Cookies;
        _name = IsWritten || list is not null ? null : TextTest.Of(entity.Key, LetterCase.Folded, compiling.Warn);
        _value = IsWritten ? null : TextTest.Of(entity.Value, LetterCase.Folded, compiling.Warn);
        _newValue = IsWritten && entity.Value is not null ? NewValue.OfCookie(entity.Key!.Text, entity.Value) : null;
    }

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        if (IsWritten)
        {
            return MatchResult.Yes;
        }

        CookiePairs cookies = new(message.CookieField == MessageView.NoField ? [] : message.Head.FieldValue(message.CookieField));
        while (cookies.MoveNext())
        {
            if (HasName(cookies.Name, binding.Key) && (_value is null || _value.Matches(cookies.Value)))
            {
                return MatchResult.Yes;
            }
        }

        return MatchResult.No;
    }

    public override void Act(RuleRun run, in Binding binding)
    {
        ReadOnlySpan<byte> name = run.Direction == Direction.Request ? "Cookie"u8 : "Set-Cookie"u8;
        if (IsWritten)
        {
            if (_newValue is not null)
            {
                run.Changes.Append(name, run.Fill(_newValue));
            }

            return;
        }

        int field = run.CookieField;
        bool isRemoved = run.Changes.IsDropped(field);
        switch (Action)
        {
            case EntityAction.Remove:
                run.Changes.Drop(field);
                break;
            case EntityAction.Hash when !isRemoved:
                run.Hash(run.Changes.Value(field));
                break;
            case EntityAction.Log when isRemoved:
                run.Log.Add(name, run.Changes.Value(field), LogNote.Removed);
                break;
            case EntityAction.Log:
                run.Log.Add(name, run.Changes.Value(field));
                break;
            default:
                break;
        }
    }

    private bool HasName(ReadOnlySpan<byte> name, int key)
    {
        if (_listed is null)
        {
            return _name is null || _name.Matches(name);
        }

        // The key is the name alone, or name and value, in lower case.
        ReadOnlySpan<byte> listed = _listed.Key(key);
        return listed.Length >= name.Length && Ascii.EqualsIgnoreCase(listed[..name.Length], name)
            && (listed.Length == name.Length || listed[name.Length] == (byte)'=');
    }
}
