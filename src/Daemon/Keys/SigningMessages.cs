using System;

using Sluice.Daemon.Wire;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

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
        writer.Number(Number);
        writer.Count((int)Scheme);
        writer.Count(KeyId);
        writer.Bytes(Content);
    }

    /// <summary>False where the bytes are something else: then nothing of them is believed, and the request is empty.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SigningRequest request)
    {
        WireReader reader = new(message);
        request = new SigningRequest(reader.Number(0, long.MaxValue), (SignatureScheme)reader.Number(), reader.Number(), reader.Bytes());
        if (reader.IsWhole && request.Content.Length <= MostContent)
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
/// <param name="signature">Empty unless it is done; valid as long as the message.</param>
internal readonly ref struct SigningReply(long number, SigningResult result, ReadOnlySpan<byte> signature)
{
    /// <summary>RSA with 16384 bits.</summary>
    public const int MostSignature = 2048;

    /// <summary>That of the question.</summary>
    public long Number => number;

    /// <summary>What came of it.</summary>
    public SigningResult Result => result;

    /// <summary>Empty unless it is done.</summary>
    public ReadOnlySpan<byte> Signature { get; } = signature;

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small((int)Result);
        writer.Bytes(Signature);
    }

    /// <summary>False where the bytes are something else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SigningReply reply)
    {
        WireReader reader = new(message);
        reply = new SigningReply(
            reader.Number(0, long.MaxValue), (SigningResult)reader.Small((int)SigningResult.Unavailable), reader.Bytes());
        if (reader.IsWhole && reply.Signature.Length <= MostSignature)
        {
            return true;
        }

        reply = default;
        return false;
    }
}
