using System;

namespace Sluice.Http.Codec;

/// <summary>How two entity tags are compared (RFC 9110 8.8.3.2).</summary>
public enum TagComparison
{
    /// <summary>Weak tags equal strong ones of the same text: for If-None-Match.</summary>
    Weak,

    /// <summary>A weak tag equals nothing: for If-Match and If-Range.</summary>
    Strong,
}

/// <summary>Reads lists of entity tags, as in If-Match and If-None-Match.</summary>
public static class EntityTag
{
    /// <summary>Whether a list names a tag. What follows a mistake is not read.</summary>
    /// <param name="list">A field's value, not <c>*</c>.</param>
    /// <param name="tag">A strong tag with its quotes.</param>
    /// <param name="comparison">Whether weak tags count.</param>
    public static bool IsIn(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, TagComparison comparison)
    {
        while (true)
        {
            list = list.TrimStart(" \t,"u8);
            bool isWeak = list.StartsWith("W/\""u8);
            ReadOnlySpan<byte> rest = isWeak ? list[2..] : list;
            int length = Length(rest);
            if (length == 0)
            {
                return false;
            }

            if ((!isWeak || comparison == TagComparison.Weak) && rest[..length].SequenceEqual(tag))
            {
                return true;
            }

            list = rest[length..].TrimStart(" \t"u8);
            if (!list.StartsWith(","u8))
            {
                return false;
            }
        }
    }

    /// <summary>Bytes of the quoted tag at the start; 0 where there is none.</summary>
    private static int Length(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '"')
        {
            return 0;
        }

        // etagc (RFC 9110 8.8.3): visible, no quote, or 8-bit.
        int end = 1;
        while (end < text.Length && text[end] is 0x21 or (>= 0x23 and not 0x7f))
        {
            end++;
        }

        return end < text.Length && text[end] == '"' ? end + 1 : 0;
    }
}
