using System;

using Sluice.Daemon.Wire;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Daemon.Keys;

/// <summary>Which question is asked of the keys process; it stands before all else of it.</summary>
internal enum QuestionKind
{
    /// <summary><see cref="SigningRequest"/>.</summary>
    Sign,

    /// <summary><see cref="LeafRequest"/>.</summary>
    Issue,
}

/// <summary>What a server asks of the keys process: to sign these bytes of a handshake. Bytes and not their hash, so that it can see
/// what it signs (D-07).</summary>
/// <param name="number">Which question of the server.</param>
/// <param name="scheme">How.</param>
/// <param name="keyId">With which key.</param>
/// <param name="content">What; valid as long as the message.</param>
internal readonly ref struct SigningRequest(long number, SignatureScheme scheme, int keyId, ReadOnlySpan<byte> content)
{
    /// <summary>No handshake has more to sign: three parameters of 8192 bits, and the randoms.</summary>
    public const int MostContent = 4096;

    /// <summary>Which question of the server.</summary>
    public long Number => number;

    /// <summary>How.</summary>
    public SignatureScheme Scheme => scheme;

    /// <summary>With which key.</summary>
    public int KeyId => keyId;

    /// <summary>What.</summary>
    public ReadOnlySpan<byte> Content { get; } = content;

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Small((int)QuestionKind.Sign);
        writer.Number(Number);
        writer.Count((int)Scheme);
        writer.Count(KeyId);
        writer.Bytes(Content);
    }

    /// <summary>False where the bytes are something else: then nothing of them is believed, and the request is empty.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SigningRequest request)
    {
        WireReader reader = new(message);
        bool isOne = reader.Small((int)QuestionKind.Issue) == (int)QuestionKind.Sign;
        request = new SigningRequest(reader.Number(0, long.MaxValue), (SignatureScheme)reader.Number(), reader.Number(), reader.Bytes());
        if (isOne && reader.IsWhole && request.Content.Length <= MostContent)
        {
            return true;
        }

        request = default;
        return false;
    }
}

/// <summary>What a relay asks of the keys process: a copy of a certificate, under a key that both know and signed by an authority (D-45).</summary>
/// <param name="number">Which question of the relay.</param>
/// <param name="authorityId">The key of the authority.</param>
/// <param name="trust">Whether it is to sign, or one that nobody knows.</param>
/// <param name="keyId">The key that the copy is under.</param>
/// <param name="original">DER; valid as long as the message.</param>
internal readonly ref struct LeafRequest(long number, int authorityId, LeafTrust trust, int keyId, ReadOnlySpan<byte> original)
{
    /// <summary>Which question of the relay.</summary>
    public long Number => number;

    /// <summary>The key of the authority.</summary>
    public int AuthorityId => authorityId;

    /// <summary>Whether it is to sign.</summary>
    public LeafTrust Trust => trust;

    /// <summary>The key that the copy is under.</summary>
    public int KeyId => keyId;

    /// <summary>What is copied.</summary>
    public ReadOnlySpan<byte> Original { get; } = original;

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Small((int)QuestionKind.Issue);
        writer.Number(Number);
        writer.Count(AuthorityId);
        writer.Small((int)Trust);
        writer.Count(KeyId);
        writer.Bytes(Original);
    }

    /// <inheritdoc cref="SigningRequest.TryRead"/>
    public static bool TryRead(ReadOnlySpan<byte> message, out LeafRequest request)
    {
        WireReader reader = new(message);
        bool isOne = reader.Small((int)QuestionKind.Issue) == (int)QuestionKind.Issue;
        request = new LeafRequest(reader.Number(0, long.MaxValue), reader.Number(), (LeafTrust)reader.Small((int)LeafTrust.Unknown), reader.Number(), reader.Bytes());
        if (isOne && reader.IsWhole && request.Original.Length <= LeafIssuer.MostBytes)
        {
            return true;
        }

        request = default;
        return false;
    }
}

/// <summary>What the keys process answers.</summary>
/// <param name="number">That of the question.</param>
/// <param name="result">What came of it.</param>
/// <param name="made">The signature or the leaf; empty unless it is done; valid as long as the message.</param>
internal readonly ref struct SigningReply(long number, SigningResult result, ReadOnlySpan<byte> made)
{
    /// <summary>RSA with 16384 bits.</summary>
    public const int MostSignature = 2048;

    /// <summary>That of the question.</summary>
    public long Number => number;

    /// <summary>What came of it.</summary>
    public SigningResult Result => result;

    /// <summary>Empty unless it is done.</summary>
    public ReadOnlySpan<byte> Made { get; } = made;

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small((int)Result);
        writer.Bytes(Made);
    }

    /// <summary>False where the bytes are something else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SigningReply reply)
    {
        WireReader reader = new(message);
        reply = new SigningReply(
            reader.Number(0, long.MaxValue), (SigningResult)reader.Small((int)SigningResult.Unavailable), reader.Bytes());
        if (reader.IsWhole && reply.Made.Length <= LeafIssuer.MostBytes)
        {
            return true;
        }

        reply = default;
        return false;
    }
}
