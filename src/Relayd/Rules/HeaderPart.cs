using System;
using System.Text;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A field of a head (R-FILTER-40): the first one of the name counts, but all of them are removed.</summary>
internal sealed class HeaderPart : Part
{
    private readonly bool _isListed;
    private readonly KeyIndex _names;
    private readonly int _key;
    private readonly TextTest? _name;
    private readonly TextTest? _value;
    private readonly byte[] _writtenName;
    private readonly NewValue? _newValue;
    private readonly bool _closes;

    /// <summary>Compiles one.</summary>
    /// <param name="entity">Has a key.</param>
    /// <param name="list">The keys of the rule where it has many, and this part has them.</param>
    /// <param name="compiling">The indexes, in which the name is where it is exact.</param>
    public HeaderPart(Entity entity, KeyList? list, RuleCompiling compiling)
        : base(entity.Action)
    {
        _isListed = list is not null;
        _names = compiling.Indexes.Headers;
        _writtenName = Bytes.Of(entity.Key!.Text);
        bool isExact = IsWritten || entity.Key.Kind == ComparandKind.Exact;
        _key = isExact ? _names.Find(Folding.Lower(_writtenName)) : KeyIndex.None;
        _name = isExact ? null : TextTest.Of(entity.Key, LetterCase.Folded, compiling.Warn);
        _value = IsWritten ? null : TextTest.Of(entity.Value, LetterCase.Matters, compiling.Warn);
        _newValue = IsWritten && entity.Value is not null && FieldNames.MayWrite(_writtenName) ? NewValue.OfField(entity.Value) : null;
        _closes = IsWritten && entity.Value is not null && FieldRules.Closes(_writtenName, Bytes.Of(entity.Value.Text));
    }

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        int key = _isListed ? binding.Key : _key;
        binding.Field = key != KeyIndex.None ? message.FieldOf(key) : message.FieldOf(_name);
        if (Action == EntityAction.Remove && binding.Field != MessageView.NoField)
        {
            binding.Field = Next(message, binding.Field, key);
            return binding.Field != MessageView.NoField ? MatchResult.Yes : MatchResult.No;
        }

        return IsWritten || (binding.Field != MessageView.NoField && (_value is null || _value.Matches(message.Head.FieldValue(binding.Field))))
            ? MatchResult.Yes
            : MatchResult.No;
    }

    public override void Act(RuleRun run, in Binding binding)
    {
        int field = binding.Field;
        bool isRemoved = field != MessageView.NoField && run.Changes.IsDropped(field);
        switch (Action)
        {
            case EntityAction.Log when isRemoved:
                run.Log.Add(run.Head.FieldName(field), run.Changes.Value(field), LogNote.Removed);
                break;
            case EntityAction.Log:
                run.Log.Add(run.Head.FieldName(field), run.Changes.Value(field));
                break;
            case EntityAction.Hash when !isRemoved:
                run.Hash(run.Changes.Value(field));
                break;
            case EntityAction.Remove:
                Remove(run, field, _isListed ? binding.Key : _key);
                break;
            case EntityAction.Append when !isRemoved:
                Write(run, field);
                break;
            case EntityAction.Set when !isRemoved || Remaining(run, ref field):
                Write(run, field);
                break;
            default:
                break;
        }
    }

    // Whoever repeats a field keeps none by that.
    private void Remove(RuleRun run, int first, int key)
    {
        for (int field = Next(run.Message, first, key); field != MessageView.NoField; field = Next(run.Message, field + 1, key))
        {
            if (FieldRules.MayRemove(run.Head.FieldKind(field)))
            {
                run.Changes.Drop(field);
            }
        }
    }

    /// <summary>The first field from one on that has name and value.</summary>
    private int Next(MessageView message, int field, int key)
    {
        for (; field < message.Head.FieldCount; field++)
        {
            if (!message.Changes.IsDropped(field) && HasName(message.Head.FieldName(field), key)
                && (_value is null || _value.Matches(message.Head.FieldValue(field))))
            {
                return field;
            }
        }

        return MessageView.NoField;
    }

    private bool HasName(ReadOnlySpan<byte> name, int key) =>
        key != KeyIndex.None ? Ascii.EqualsIgnoreCase(_names.Key(key), name) : _name is null || _name.Matches(name);

    /// <summary>Of fields whose first one was removed, the next that was not: no old value stays beside a new one.</summary>
    private bool Remaining(RuleRun run, ref int field)
    {
        do
        {
            field++;
        }
        while (field < run.Head.FieldCount && (run.Changes.IsDropped(field) || !Ascii.EqualsIgnoreCase(run.Head.FieldName(field), _writtenName)));
        return field < run.Head.FieldCount;
    }

    private void Write(RuleRun run, int field)
    {
        run.Subject.MustClose |= _closes;
        if (_newValue is null)
        {
            return;
        }

        ReadOnlySpan<byte> value = run.Fill(_newValue);
        if (Action == EntityAction.Append && !FieldRules.IsSingle(_writtenName))
        {
            run.Changes.Append(_writtenName, value);
            return;
        }

        run.Changes.RemoveAppended(_writtenName);
        if (field == MessageView.NoField)
        {
            run.Changes.Append(_writtenName, value);
            return;
        }

        run.Changes.Replace(field, value);
        for (int other = field + 1; other < run.Head.FieldCount; other++)
        {
            if (Ascii.EqualsIgnoreCase(run.Head.FieldName(other), _writtenName))
            {
                run.Changes.Drop(other);
            }
        }
    }
}
