using System;
using System.Buffers.Binary;

namespace Sluice.Engine.Tls.Signing;

/// <summary>What somebody wants to have signed.</summary>
internal enum SignedContentKind
{
    /// <summary>Nothing that a server signs in a handshake.</summary>
    Other,

    /// <summary>The server's key exchange of TLS 1.2, RFC 5246 7.4.3 and RFC 8422 5.4.</summary>
    KeyExchange,

    /// <summary>The server's CertificateVerify of TLS 1.3, RFC 8446 4.4.3.</summary>
    CertificateVerify,
}

/// <summary>Looks at the bytes that a handshake has signed, so that a key signs nothing else for anybody.</summary>
internal static class SignedContent
{
    private const int RandomsLength = 2 * 32;
    private const int PaddingLength = 64;

    private static ReadOnlySpan<byte> ServerContext => "TLS 1.3, server CertificateVerify\0"u8;

    public static SignedContentKind KindOf(ReadOnlySpan<byte> content) =>
        IsCertificateVerify(content) ? SignedContentKind.CertificateVerify
        : IsKeyExchange(content) ? SignedContentKind.KeyExchange
        : SignedContentKind.Other;

    // 64 blanks, the context, and a hash of 256 or 384 bits.
    private static bool IsCertificateVerify(ReadOnlySpan<byte> content)
    {
        int hashLength = content.Length - PaddingLength - ServerContext.Length;
        return hashLength is 32 or 48
            && !content[..PaddingLength].ContainsAnyExcept((byte)' ')
            && content[PaddingLength..].StartsWith(ServerContext);
    }

    // Both randoms, and then the parameters up to the last byte. None of those can begin as the context above does.
    private static bool IsKeyExchange(ReadOnlySpan<byte> content)
    {
        if (content.Length <= RandomsLength)
        {
            return false;
        }

        ReadOnlySpan<byte> parameters = content[RandomsLength..];
        return IsCurveExchange(parameters) || IsFieldExchange(parameters);
    }

    private static bool IsCurveExchange(ReadOnlySpan<byte> parameters)
    {
        const byte NamedCurve = 3;
        const int HeadLength = 4;
        if (parameters.Length < HeadLength || parameters[0] != NamedCurve)
        {
            return false;
        }

        int pointLength = BinaryPrimitives.ReadUInt16BigEndian(parameters[1..]) switch
        {
            0x0017 => 65,  // secp256r1
            0x0018 => 97,  // secp384r1
            0x0019 => 133, // secp521r1
            0x001d => 32,  // x25519
            0x001e => 56,  // x448
            0x001a => 65,  // brainpoolP256r1
            0x001b => 97,  // brainpoolP384r1
            0x001c => 129, // brainpoolP512r1
            _ => 0,
        };
        return pointLength > 0 && parameters[HeadLength - 1] == pointLength && parameters.Length == HeadLength + pointLength;
    }

    // Prime, generator and public value, each with its length before it.
    private static bool IsFieldExchange(ReadOnlySpan<byte> parameters)
    {
        const int LeastPrime = 2048 / 8;
        const int MostPrime = 8192 / 8;
        return TryTake(ref parameters, out ReadOnlySpan<byte> prime) && prime.Length is >= LeastPrime and <= MostPrime
            && TryTake(ref parameters, out ReadOnlySpan<byte> generator) && generator.Length >= 1 && generator.Length <= prime.Length
            && TryTake(ref parameters, out ReadOnlySpan<byte> value) && value.Length >= 1 && value.Length <= prime.Length
            && parameters.IsEmpty;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> taken)
    {
        const int LengthSize = 2;
        taken = default;
        if (rest.Length < LengthSize || BinaryPrimitives.ReadUInt16BigEndian(rest) > rest.Length - LengthSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        taken = rest.Slice(LengthSize, length);
        rest = rest[(LengthSize + length)..];
        return true;
    }
}
