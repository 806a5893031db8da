using System;
using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>Leaves out what concerns one connection only (D-24, RFC 9110 7.6.1): before rules run, so that nobody can strip what these add.</summary>
internal static class HopByHopFilter
{
    /// <summary>Leaves it out.</summary>
    /// <param name="head">The head.</param>
    /// <param name="changes">Begun with it.</param>
    /// <param name="sentAs">How the end of the body is known to whom it is sent.</param>
    public static void Apply(MessageHead head, HeadChanges changes, BodyKind sentAs)
    {
        for (int field = 0; field < head.FieldCount; field++)
        {
            KnownField kind = head.FieldKind(field);
            bool frames = kind == KnownField.TransferEncoding && sentAs == BodyKind.Chunked;
            if (!frames && HopByHop.Contains(kind, head.FieldName(field)))
            {
                changes.Drop(field);
            }
        }

        if (head.Has(KnownField.Connection))
        {
            DropNamed(head, changes);
        }
    }

    // What frames and routes a message stays, whoever names it.
    private static void DropNamed(MessageHead head, HeadChanges changes)
    {
        for (int connection = 0; connection < head.FieldCount; connection++)
        {
            if (head.FieldKind(connection) != KnownField.Connection)
            {
                continue;
            }

            ReadOnlySpan<byte> list = head.FieldValue(connection);
            foreach (Range part in list.Split((byte)','))
            {
                ReadOnlySpan<byte> option = list[part].Trim(" \t"u8);
                KnownField kind = KnownFields.Of(option);
                if (!option.IsEmpty && kind is not (KnownField.Host or KnownField.ContentLength or KnownField.TransferEncoding))
                {
                    DropAll(head, changes, option);
                }
            }
        }
    }

    private static void DropAll(MessageHead head, HeadChanges changes, ReadOnlySpan<byte> name)
    {
        for (int field = 0; field < head.FieldCount; field++)
        {
            if (Ascii.EqualsIgnoreCase(head.FieldName(field), name))
            {
                changes.Drop(field);
            }
        }
    }
}
