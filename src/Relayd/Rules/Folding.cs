using System;
using System.Buffers;
using System.Text;

namespace Sluice.Relayd.Rules;

/// <summary>ASCII letters in lower case: how texts are looked up whose case does not matter.</summary>
internal static class Folding
{
    /// <summary>Copies a text in lower case.</summary>
    /// <param name="text">Any bytes; those that are no letters of ASCII stay.</param>
    /// <param name="destination">As long at least, and elsewhere.</param>
    public static void Lower(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (Ascii.ToLower(text, destination, out int done) == OperationStatus.Done)
        {
            return;
        }

        for (int i = done; i < text.Length; i++)
        {
            byte value = text[i];
            destination[i] = char.IsAsciiLetterUpper((char)value) ? (byte)(value | 0x20) : value;
        }
    }

    /// <summary>A copy in lower case.</summary>
    public static byte[] Lower(ReadOnlySpan<byte> text)
    {
        byte[] lower = new byte[text.Length];
        Lower(text, lower);
        return lower;
    }
}
