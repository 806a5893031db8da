using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// The field Authorization. The oracle takes the value apart with a pattern, and decodes with another decoder, which has to be written
/// back to the same text; what is refused leaves nothing behind.
/// </summary>
internal partial class CredentialsTarget : FuzzTarget
{
    private static readonly string[] _schemes = ["Basic ", "basic ", "BASIC  ", "Basic", "Bearer ", "Basic\t", ""];

    public override string Name => "credentials";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("reads over blanks in base64", new ReadsBlanks()),
        new("takes a NUL", new TakesNul()),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] text = new byte[random.Next(8) == 0 ? random.Next(1010, 1040) : random.Next(24)];
        random.NextBytes(text);
        if (text.Length > 0 && random.Next(4) > 0)
        {
            text[random.Next(text.Length)] = (byte)':';
        }

        string encoded = Convert.ToBase64String(text);
        StringBuilder value = new(random.GetItems(_schemes.AsSpan(0, random.Next(3) == 0 ? _schemes.Length : 3), 1)[0] + encoded);
        if (random.Next(3) == 0 && value.Length > 0)
        {
            int at = random.Next(value.Length + 1);
            _ = random.Next(3) switch
            {
                0 => value.Insert(at, random.GetItems("= \t-_A".AsSpan(), 1)[0]),
                1 when at < value.Length => value.Remove(at, 1),
                _ => value.Append('='),
            };
        }

        return Encoding.Latin1.GetBytes(value.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[] text = new byte[BasicCredentials.Longest + 2];
        CredentialStatus status = Read(input, text, out int userLength, out int length);
        byte[]? expected = Reference(Encoding.Latin1.GetString(input));
        if (status != CredentialStatus.Given)
        {
            return expected is not null ? "a name and a password were refused"
                : text.AsSpan().IndexOfAnyExcept((byte)0) >= 0 ? "what was refused was left behind"
                : null;
        }

        return expected is null ? "what is no name and password was taken"
            : !text.AsSpan(0, length).SequenceEqual(expected) ? "it is another text"
            : userLength != Array.IndexOf(expected, (byte)':') ? "the name ends elsewhere"
            : null;
    }

    protected virtual CredentialStatus Read(ReadOnlySpan<byte> value, Span<byte> text, out int userLength, out int length) =>
        BasicCredentials.Read(value, text, out userLength, out length);

    private static byte[]? Reference(string value)
    {
        Match match = Field().Match(value);
        if (!match.Success || match.Groups["text"].Length % 4 != 0)
        {
            return null;
        }

        byte[] text = Convert.FromBase64String(match.Groups["text"].Value);
        return text.Length <= 1023 && Array.IndexOf(text, (byte)':') > 0 && Array.IndexOf(text, (byte)0) < 0 ? text : null;
    }

    [GeneratedRegex("^(?i:basic) +(?<text>[A-Za-z0-9+/]+={0,2})\\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Field();

    private sealed class ReadsBlanks : CredentialsTarget
    {
        protected override CredentialStatus Read(ReadOnlySpan<byte> value, Span<byte> text, out int userLength, out int length)
        {
            CredentialStatus status = base.Read(value, text, out userLength, out length);
            if (status != CredentialStatus.Malformed || value.Length < 6 || Base64.DecodeFromUtf8(value[6..], text, out _, out length) != OperationStatus.Done)
            {
                return status;
            }

            userLength = text[..length].IndexOf((byte)':');
            return userLength > 0 ? CredentialStatus.Given : status;
        }
    }

    private sealed class TakesNul : CredentialsTarget
    {
        protected override CredentialStatus Read(ReadOnlySpan<byte> value, Span<byte> text, out int userLength, out int length)
        {
            CredentialStatus status = base.Read(value, text, out userLength, out length);
            byte[]? decoded = status == CredentialStatus.Malformed && Field().Match(Encoding.Latin1.GetString(value)) is { Success: true } match
                && match.Groups["text"].Length % 4 == 0
                ? Convert.FromBase64String(match.Groups["text"].Value)
                : null;
            if (decoded is null || decoded.Length > 1023 || Array.IndexOf(decoded, (byte)':') <= 0)
            {
                return status;
            }

            decoded.CopyTo(text);
            (userLength, length) = (Array.IndexOf(decoded, (byte)':'), decoded.Length);
            return CredentialStatus.Given;
        }
    }
}
