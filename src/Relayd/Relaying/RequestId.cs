using System;
using System.Text;

using Sluice.Engine;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>The field that tells a request from all others (<c>http request id</c>).</summary>
internal static class RequestId
{
    private const int RandomBytes = 16;

    /// <summary>Makes it where a request has none, before rules are asked: they find it there.</summary>
    /// <param name="head">The request.</param>
    /// <param name="changes">What becomes of it.</param>
    /// <param name="name">Of the field.</param>
    public static void Give(RequestHead head, HeadChanges changes, ReadOnlySpan<byte> name)
    {
        if (Find(head, changes, name) is null)
        {
            Span<byte> id = stackalloc byte[2 * RandomBytes];
            Make(id);
            changes.Introduce(name, id);
        }
    }

    /// <summary>Its value as it is sent on. Where rules took away what a client sent, another one is made.</summary>
    /// <inheritdoc cref="Give"/>
    public static ReadOnlySpan<byte> Ensure(RequestHead head, HeadChanges changes, ReadOnlySpan<byte> name)
    {
        Give(head, changes, name);
        return changes.Value(Find(head, changes, name)!.Value); // it is there now
    }

    // The index of the first that is sent on.
    private static int? Find(RequestHead head, HeadChanges changes, ReadOnlySpan<byte> name)
    {
        for (int field = 0; field < head.FieldCount; field++)
        {
            if (!changes.IsDropped(field) && Ascii.EqualsIgnoreCase(head.FieldName(field), name))
            {
                return field;
            }
        }

        return null;
    }

    private static void Make(Span<byte> text)
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        SystemRandom.Fill(random);
        _ = Convert.TryToHexStringLower(random, text, out _);
    }
}
