using System;
using System.Buffers;
using System.Buffers.Text;

namespace Sluice.Http.Codec;

/// <summary>What a request says of its user.</summary>
public enum CredentialStatus
{
    /// <summary>Nothing, or nothing by the scheme Basic.</summary>
    None,

    /// <summary>Something that is no name and password.</summary>
    Malformed,

    /// <summary>A name and a password.</summary>
    Given,
}

/// <summary>Name and password of the field Authorization, by the scheme Basic (RFC 7617).</summary>
public static class BasicCredentials
{
    /// <summary>Bytes of the longest name and password, the colon between them included (H-AUTH-03).</summary>
    public const int Longest = 1023;

    private const int CharactersOfGroup = 4;

    private static readonly SearchValues<byte> _letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Reads the value of the field. Whoever calls clears the text.</summary>
    /// <param name="value">Of the field; empty where there is none.</param>
    /// <param name="text">Takes the name and, behind a colon, the password: room for <see cref="Longest"/> bytes and two more.</param>
    /// <param name="userLength">Bytes of the name, at least 1.</param>
    /// <param name="length">Bytes of all.</param>
    public static CredentialStatus Read(ReadOnlySpan<byte> value, Span<byte> text, out int userLength, out int length)
    {
        userLength = 0;
        length = 0;
        ReadOnlySpan<byte> scheme = "Basic"u8;
        if (value.Length <= scheme.Length || value[scheme.Length] != (byte)' ' || !System.Text.Ascii.EqualsIgnoreCase(value[..scheme.Length], scheme))
        {
            return System.Text.Ascii.EqualsIgnoreCase(value, scheme) ? CredentialStatus.Malformed : CredentialStatus.None;
        }

        ReadOnlySpan<byte> encoded = value[scheme.Length..].TrimStart((byte)' ');
        if (IsBase64(encoded) && Base64.DecodeFromUtf8(encoded, text, out _, out length) == OperationStatus.Done && length <= Longest)
        {
            userLength = text[..length].IndexOf((byte)':');
            if (userLength > 0 && !text[..length].Contains((byte)0))
            {
                return CredentialStatus.Given;
            }
        }

        text.Clear();
        userLength = 0;
        length = 0;
        return CredentialStatus.Malformed;
    }

    // RFC 4648 4, with its padding and with nothing else: the decoder itself reads over blanks.
    private static bool IsBase64(ReadOnlySpan<byte> encoded)
    {
        const int Most = (Longest + 2) / 3 * CharactersOfGroup;
        if (encoded.IsEmpty || encoded.Length > Most || encoded.Length % CharactersOfGroup != 0)
        {
            return false;
        }

        int end = encoded.IndexOfAnyExcept(_letters);
        return end < 0 || (encoded.Length - end <= 2 && encoded[end..].IndexOfAnyExcept((byte)'=') < 0);
    }
}
