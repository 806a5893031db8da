using System;

using Sluice.Engine.Buffers;
using Sluice.Engine.Native;

namespace Sluice.Engine.Passwords;

/// <summary>HMAC-SHA-256 under a key of this process' own: what is remembered of a secret says nothing to whoever reads it.</summary>
public sealed class KeyedHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    private readonly SecretBytes _key = new(Length);

    /// <summary>Makes a key.</summary>
    public KeyedHash()
    {
        SystemRandom.Fill(_key.Span);
    }

    /// <summary>Has the library loaded and started, for a process that will not be able to.</summary>
    public static void WarmUp()
    {
        // As TlsLibrary: no configuration file, and nothing at the end of the process.
        _ = OpenSsl.OPENSSL_init_crypto(OpenSsl.OPENSSL_INIT_NO_LOAD_CONFIG | OpenSsl.OPENSSL_INIT_NO_ATEXIT, 0);
        new KeyedHash().Compute("x"u8, stackalloc byte[Length]);
    }

    /// <summary>Hashes a content.</summary>
    /// <param name="content">Any bytes.</param>
    /// <param name="hash">Takes <see cref="Length"/> bytes.</param>
    public unsafe void Compute(ReadOnlySpan<byte> content, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, Length, nameof(hash));
        nuint length;
        fixed (byte* name = "HMAC\0"u8, algorithm = "SHA256\0"u8, key = _key.Span, start = content, output = hash)
        {
            byte* result = OpenSsl.EVP_Q_mac(
                0, name, properties: null, algorithm, parameters: null, key, Length, start, (nuint)content.Length, output, Length, &length);
            if (result == null)
            {
                throw new InvalidOperationException("HMAC cannot be computed");
            }
        }
    }
}
