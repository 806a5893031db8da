using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>Which digest is computed. Neither of them protects from anybody: they tell whether a content has changed.</summary>
public enum DigestKind
{
    /// <summary>SHA-1, 20 bytes.</summary>
    Sha1,

    /// <summary>MD5, 16 bytes.</summary>
    Md5,
}

/// <summary>Computes the digest of contents that come in parts, one after the other; by OpenSSL, which the process has loaded before.</summary>
public sealed class ContentDigest : IDisposable
{
    /// <summary>Bytes of the longest digest.</summary>
    public const int MostBytes = 20;

    private readonly DigestHandle _context;
    private readonly nint _type;

    /// <summary>Makes one, and begins a content.</summary>
    public ContentDigest(DigestKind kind)
    {
        TlsLibrary.Start();
        _type = kind == DigestKind.Sha1 ? OpenSsl.EVP_sha1() : OpenSsl.EVP_md5();
        _context = new DigestHandle(OpenSsl.EVP_MD_CTX_new());
        TlsLibrary.Check(_context.IsInvalid ? 0 : 1, "EVP_MD_CTX_new");
        Begin();
    }

    /// <summary>Begins a content, whatever came before.</summary>
    public void Begin() => TlsLibrary.Check(OpenSsl.EVP_DigestInit_ex(_context, _type, 0), "EVP_DigestInit_ex");

    /// <summary>Takes the next part.</summary>
    public unsafe void Add(ReadOnlySpan<byte> part)
    {
        fixed (byte* start = part)
        {
            TlsLibrary.Check(OpenSsl.EVP_DigestUpdate(_context, start, (nuint)part.Length), "EVP_DigestUpdate");
        }
    }

    /// <summary>The digest of what was added; then <see cref="Begin"/> is next.</summary>
    /// <param name="destination">Room for <see cref="MostBytes"/>.</param>
    /// <returns>How many bytes it has.</returns>
    public unsafe int End(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MostBytes, nameof(destination));
        uint size;
        fixed (byte* start = destination)
        {
            TlsLibrary.Check(OpenSsl.EVP_DigestFinal_ex(_context, start, &size), "EVP_DigestFinal_ex");
        }

        return (int)size;
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();
}
