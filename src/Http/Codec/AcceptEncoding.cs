using System;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>Chooses a content coding by the field Accept-Encoding (RFC 9110 12.5.3). Pure.</summary>
public static class AcceptEncoding
{
    /// <summary>Weights are thousandths; what the field does not name has none.</summary>
    private const int Unnamed = -1;

    private const int Codings = (int)ContentCoding.Gzip + 1;

    /// <summary>The coding that the client likes best among those that are there, or identity.</summary>
    /// <remarks>
    /// Identity needs no mention, and then anything that is accepted is better; named, it wins where its weight is greater. Where
    /// nothing that is there is accepted, identity is sent all the same (12.4.1): whoever sees that can still use it.
    /// </remarks>
    /// <param name="head">The request; without the field, identity.</param>
    /// <param name="available">The codings that are there, beside identity.</param>
    public static ContentCoding Choose(RequestHead head, ContentCodings available)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (available == ContentCodings.None || !head.Has(KnownField.AcceptEncoding))
        {
            return ContentCoding.Identity;
        }

        Weights weights = default;
        ((Span<int>)weights).Fill(Unnamed);
        int rest = Unnamed;
        for (int index = 0; index < head.FieldCount; index++)
        {
            if (head.FieldKind(index) == KnownField.AcceptEncoding)
            {
                Read(head.FieldValue(index), weights, ref rest);
            }
        }

        ContentCoding best = ContentCoding.Identity;
        int most = int.Max(0, weights[0] == Unnamed ? rest : weights[0]);
        for (ContentCoding coding = ContentCoding.Brotli; coding <= ContentCoding.Gzip; coding++)
        {
            int weight = weights[(int)coding] == Unnamed ? rest : weights[(int)coding];
            bool isBetter = best == ContentCoding.Identity ? weight >= most && weight > 0 : weight > most;
            if (isBetter && ((int)available & (1 << (int)coding)) != 0)
            {
                (best, most) = (coding, weight);
            }
        }

        return best;
    }

    private static void Read(ReadOnlySpan<byte> list, Span<int> weights, ref int rest)
    {
        foreach (Range member in list.Split((byte)','))
        {
            ReadOnlySpan<byte> text = Characters.TrimBlanks(list[member]);
            int semicolon = text.IndexOf((byte)';');
            ReadOnlySpan<byte> name = semicolon < 0 ? text : Characters.TrimBlanks(text[..semicolon]);
            if (!TryReadWeight(semicolon < 0 ? default : Characters.TrimBlanks(text[(semicolon + 1)..]), out int weight))
            {
                continue;
            }

            if (name.SequenceEqual("*"u8))
            {
                rest = weight;
            }
            else if (TryFind(name, out ContentCoding coding))
            {
                weights[(int)coding] = weight;
            }
        }
    }

    /// <summary>8.4.1: names have no case, and x-gzip is gzip.</summary>
    private static bool TryFind(ReadOnlySpan<byte> name, out ContentCoding coding)
    {
        coding = ContentCoding.Identity;
        if (Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8))
        {
            coding = ContentCoding.Gzip;
        }
        else if (Ascii.EqualsIgnoreCase(name, "br"u8))
        {
            coding = ContentCoding.Brotli;
        }
        else if (Ascii.EqualsIgnoreCase(name, "zstd"u8))
        {
            coding = ContentCoding.Zstandard;
        }

        return coding != ContentCoding.Identity || Ascii.EqualsIgnoreCase(name, "identity"u8);
    }

    /// <summary>q=0 to q=1 with at most three digits behind the point (12.4.2); no parameter is 1. Anything else is a mistake,
    /// and its member does not count.</summary>
    private static bool TryReadWeight(ReadOnlySpan<byte> parameter, out int weight)
    {
        const int One = 1000;
        const int Longest = 7;
        weight = One;
        if (parameter.IsEmpty)
        {
            return true;
        }

        if (parameter.Length is < 3 or > Longest || (parameter[0] | 0x20) != 'q' || parameter[1] != '='
            || parameter[2] is not ((byte)'0' or (byte)'1') || (parameter.Length > 3 && parameter[3] != '.'))
        {
            return false;
        }

        weight = (parameter[2] - '0') * One;
        int place = One / 10;
        foreach (byte digit in parameter.Length > 4 ? parameter[4..] : default)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            weight += (digit - '0') * place;
            place /= 10;
        }

        return weight <= One;
    }

    [InlineArray(Codings)]
    private struct Weights
    {
        private int _first;
    }
}
