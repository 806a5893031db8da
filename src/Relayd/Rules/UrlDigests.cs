using System;

using Sluice.Engine.Tls;

namespace Sluice.Relayd.Rules;

/// <summary>Digests of URLs, by OpenSSL, which is loaded with the first one; a process that enters a sandbox makes one of each before.</summary>
internal sealed class UrlDigests : IDisposable
{
    private ContentDigest? _sha1;
    private ContentDigest? _md5;

    /// <summary>Whether this process has loaded what is needed: behind its sandbox it cannot.</summary>
    public static bool IsLoaded { get; private set; }

    /// <summary>Loads what is needed, so that nothing has to be loaded later.</summary>
    public void Load()
    {
        Span<byte> hex = stackalloc byte[2 * ContentDigest.MostBytes];
        _ = Write(DigestKind.Sha1, [], hex);
        _ = Write(DigestKind.Md5, [], hex);
        IsLoaded = true;
    }

    /// <summary>Writes a digest in lower-case hexadecimal digits.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="text">What it is of.</param>
    /// <param name="hex">Room for 40 bytes.</param>
    /// <returns>40 or 32.</returns>
    public int Write(DigestKind kind, ReadOnlySpan<byte> text, Span<byte> hex)
    {
        ContentDigest digest = kind == DigestKind.Sha1 ? _sha1 ??= new ContentDigest(kind) : _md5 ??= new ContentDigest(kind);
        digest.Begin();
        digest.Add(text);
        Span<byte> bytes = stackalloc byte[ContentDigest.MostBytes];
        int length = digest.End(bytes);
        _ = Convert.TryToHexStringLower(bytes[..length], hex, out int written);
        return written;
    }

    public void Dispose()
    {
        _sha1?.Dispose();
        _md5?.Dispose();
    }
}
