using System;

using Sluice.Http.Messages;

namespace Sluice.Http.Codec;

/// <summary>What a request's conditions come to.</summary>
public enum Precondition
{
    /// <summary>The request is served.</summary>
    Holds,

    /// <summary>The client has it: 304.</summary>
    NotModified,

    /// <summary>What the client insists on is not so: 412.</summary>
    Failed,
}

/// <summary>What conditions are compared with: a representation as it is now.</summary>
public readonly ref struct Validators
{
    /// <summary>Its strong entity tag, with the quotes.</summary>
    public required ReadOnlySpan<byte> Tag { get; init; }

    /// <summary>When it was changed, as Last-Modified says it: whole seconds count.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>The text of Last-Modified: most clients repeat it byte by byte.</summary>
    public required ReadOnlySpan<byte> ModifiedText { get; init; }

    /// <summary>The current time.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>The conditions of a request, in the order of RFC 9110 13.2.2. Pure: nothing but its parameters counts.</summary>
/// <remarks>For what exists: what does not has no validators, and 404 comes first.</remarks>
public static class Preconditions
{
    /// <summary>Whether a GET or HEAD is served, steps 1 to 4.</summary>
    public static Precondition Of(RequestHead head, in Validators current)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Has(KnownField.IfMatch))
        {
            if (!IsNamed(head, KnownField.IfMatch, current.Tag, TagComparison.Strong))
            {
                return Precondition.Failed;
            }
        }
        else if (head.Has(KnownField.IfUnmodifiedSince) && Compare(head, KnownField.IfUnmodifiedSince, current) is > 0)
        {
            return Precondition.Failed;
        }

        // 13.1.3: beside If-None-Match the date is ignored, also where the tag is none.
        if (head.Has(KnownField.IfNoneMatch))
        {
            return IsNamed(head, KnownField.IfNoneMatch, current.Tag, TagComparison.Weak) ? Precondition.NotModified : Precondition.Holds;
        }

        return head.Has(KnownField.IfModifiedSince) && Compare(head, KnownField.IfModifiedSince, current) is <= 0
            ? Precondition.NotModified
            : Precondition.Holds;
    }

    /// <summary>Whether Range counts, step 5: always without If-Range, otherwise if the client's parts are of the same whole.</summary>
    public static bool AllowRange(RequestHead head, in Validators current)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (!head.Has(KnownField.IfRange))
        {
            return true;
        }

        ReadOnlySpan<byte> value = head.Value(KnownField.IfRange);
        if (head.IsRepeated(KnownField.IfRange))
        {
            return false;
        }

        if (value.StartsWith("\""u8) || value.StartsWith("W/"u8))
        {
            return value.SequenceEqual(current.Tag);
        }

        // 13.1.5: a date counts where it is a strong validator (8.8.2.2): what was changed in the second that still runs can
        // change once more and keep its date.
        return Compare(head, KnownField.IfRange, current) is 0 && current.Now.ToUnixTimeSeconds() > current.Modified.ToUnixTimeSeconds();
    }

    /// <summary>Whether one of the tags of a field, in all its lines, is the current one.</summary>
    private static bool IsNamed(RequestHead head, KnownField field, ReadOnlySpan<byte> tag, TagComparison comparison)
    {
        ReadOnlySpan<byte> first = head.Value(field);
        if (!head.IsRepeated(field))
        {
            return first.SequenceEqual(tag) || first.SequenceEqual("*"u8) || EntityTag.IsIn(first, tag, comparison);
        }

        for (int index = 0; index < head.FieldCount; index++)
        {
            if (head.FieldKind(index) == field && EntityTag.IsIn(head.FieldValue(index), tag, comparison))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The time of change against a field's date, as CompareTo says it; null where the field has no date (13.1.3).</summary>
    private static int? Compare(RequestHead head, KnownField field, in Validators current)
    {
        ReadOnlySpan<byte> text = head.Value(field);
        if (head.IsRepeated(field))
        {
            return null;
        }

        if (text.SequenceEqual(current.ModifiedText))
        {
            return 0;
        }

        return HttpDate.TryParse(text, current.Now, out DateTimeOffset date)
            ? current.Modified.ToUnixTimeSeconds().CompareTo(date.ToUnixTimeSeconds())
            : null;
    }
}
