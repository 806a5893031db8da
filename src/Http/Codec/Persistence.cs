using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Whether a connection outlives a request (RFC 9112 9.3), and what a request expects (RFC 9110 10.1.1).</summary>
public static class Persistence
{
    /// <summary>What the client asks for: 1.1 keeps unless <c>close</c> is in Connection, 1.0 closes unless <c>keep-alive</c> is.</summary>
    public static Continuation OfRequest(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Has(KnownField.UserAgent) && head.Value(KnownField.UserAgent).Contains((byte)'\n'))
        {
            return Continuation.Close;
        }

        if (!head.Has(KnownField.Connection))
        {
            return head.Version == HttpVersion.Http11 ? Continuation.Keep : Continuation.Close;
        }

        if (ConnectionNames(head, "close"u8))
        {
            return Continuation.Close;
        }

        return head.Version == HttpVersion.Http11 || ConnectionNames(head, "keep-alive"u8) ? Continuation.Keep : Continuation.Close;
    }

    /// <summary>Whether one of the Connection fields has an option in its list.</summary>
    /// <param name="head">A parsed head.</param>
    /// <param name="option">In any case of letters.</param>
    public static bool ConnectionNames(MessageHead head, ReadOnlySpan<byte> option) => Names(head, KnownField.Connection, option);

    /// <summary>Whether one of the fields of a name has an element in its list.</summary>
    /// <param name="head">A parsed head.</param>
    /// <param name="field">One whose value is a list.</param>
    /// <param name="element">In any case of letters.</param>
    public static bool Names(MessageHead head, KnownField field, ReadOnlySpan<byte> element)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (!head.Has(field))
        {
            return false;
        }

        for (int index = 0; index < head.FieldCount; index++)
        {
            if (head.FieldKind(index) == field && ListContains(head.FieldValue(index), element))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What Expect asks for; HTTP/1.0 may not ask (RFC 9110 10.1.1), so there it is ignored.</summary>
    public static Expectation ExpectationOf(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Version == HttpVersion.Http10 || !head.Has(KnownField.Expect))
        {
            return Expectation.None;
        }

        return !head.IsRepeated(KnownField.Expect) && Ascii.EqualsIgnoreCase(head.Value(KnownField.Expect), "100-continue"u8)
            ? Expectation.Continue
            : Expectation.Unknown;
    }

    private static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> option)
    {
        foreach (Range part in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(Characters.TrimBlanks(list[part]), option))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What the field Expect asks for.</summary>
public enum Expectation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An interim answer before the body is sent.</summary>
    Continue,

    /// <summary>Something else: 417.</summary>
    Unknown,
}
