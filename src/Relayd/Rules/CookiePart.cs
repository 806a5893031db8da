using System;
using System.Text;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A cookie of any Cookie or Set-Cookie field (R-FILTER-41); what is done is done to the whole field in which it is first found, or is removed from all.
/// One that is set is taken out of what came.</summary>
internal sealed class CookiePart : Part
{
    private readonly KeyIndex? _listed;
    private readonly TextTest? _name;
    private readonly TextTest? _value;
    private readonly byte[] _writtenName;
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
        _writtenName = Bytes.Of(entity.Key!.Text);
        _newValue = IsWritten && entity.Value is not null ? NewValue.OfCookie(entity.Key.Text, entity.Value) : null;
    }

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        if (IsWritten)
        {
            return MatchResult.Yes;
        }

        for (int field = message.CookieField; field != MessageView.NoField; field = message.CookieFieldAfter(field))
        {
            if (IsIn(message.Head.FieldValue(field), binding.Key))
            {
                binding.CookieField = field;
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
            Write(run, name);
            return;
        }

        int field = binding.CookieField;
        bool isRemoved = run.Changes.IsDropped(field);
        switch (Action)
        {
            case EntityAction.Remove:
                RemoveFrom(run.Message, field, binding.Key);
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

    private void Write(RuleRun run, ReadOnlySpan<byte> name)
    {
        if (_newValue is null)
        {
            return;
        }

        for (int field = run.Message.CookieField; field != MessageView.NoField && Action == EntityAction.Set; field = run.Message.CookieFieldAfter(field))
        {
            if (!run.Changes.IsDropped(field))
            {
                TakeOut(run, field);
            }
        }

        run.Changes.Append(name, run.Fill(_newValue));
    }

    // Of Set-Cookie a field is one cookie, and what follows are its attributes.
    private void TakeOut(RuleRun run, int field)
    {
        ReadOnlySpan<byte> value = run.Changes.Value(field);
        Span<byte> kept = run.Scratch(value.Length);
        int length = run.Direction == Direction.Request ? CookiePairs.CopyWithout(_writtenName, value, kept)
            : CookiePairs.IsNamed(value, _writtenName) ? 0 : value.Length;
        if (length == 0)
        {
            run.Changes.Drop(field);
        }
        else if (length != value.Length)
        {
            run.Changes.Replace(field, kept[..length]);
        }
    }

    private bool IsIn(ReadOnlySpan<byte> value, int key)
    {
        CookiePairs cookies = new(value);
        while (cookies.MoveNext())
        {
            if (HasName(cookies.Name, key) && (_value is null || _value.Matches(cookies.Value)))
            {
                return true;
            }
        }

        return false;
    }

    // Whoever repeats a field keeps no cookie by that.
    private void RemoveFrom(MessageView message, int first, int key)
    {
        message.Changes.Drop(first);
        for (int field = message.CookieFieldAfter(first); field != MessageView.NoField; field = message.CookieFieldAfter(field))
        {
            if (IsIn(message.Head.FieldValue(field), key))
            {
                message.Changes.Drop(field);
            }
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
