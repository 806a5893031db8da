using System;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Http.Codec;

namespace Sluice.Httpd.Handlers;

/// <summary>Files that the administrator compressed in advance, beside the plain ones (<c>gzip-static</c>, H-FILE-40).</summary>
/// <param name="loop">Its time.</param>
/// <param name="files">Where all files come from.</param>
internal sealed class CompressedFiles(EventLoop loop, FileCache files)
{
    private const int LongestSuffix = 4;

    private readonly byte[] _path = new byte[FilePath.MostBytes + LongestSuffix];

    /// <summary>What a coded file has behind the name of the plain one.</summary>
    public static ReadOnlySpan<byte> Suffix(ContentCoding coding) => coding switch
    {
        ContentCoding.Brotli => ".br"u8,
        ContentCoding.Zstandard => ".zst"u8,
        ContentCoding.Gzip => ".gz"u8,
        _ => default,
    };

    /// <summary>The representation of a file that a client likes best; not a regular file where even the plain one went.</summary>
    /// <param name="head">The client's request.</param>
    /// <param name="plain">A regular file.</param>
    public Representation Choose(RequestHead head, CachedFile plain)
    {
        ContentCodings there = CodingsOf(plain);
        ContentCoding coding = AcceptEncoding.Choose(head, there);
        if (coding == ContentCoding.Identity)
        {
            return new Representation(plain, coding, plain.Modified, there);
        }

        CachedFile coded = files.Find(PathOf(plain, coding));
        if (coded.Kind == PathKind.Regular && IsFresh(coded.Status, plain))
        {
            return new Representation(coded, coding, plain.Modified, there);
        }

        // It went within the second, or cannot be opened: the next request looks anew. Looking for it may have made the cache
        // forget the plain file.
        plain.CodingsUntil = TimeSpan.MinValue;
        plain = plain.List is null ? files.Find(plain.Path) : plain;
        return new Representation(plain, ContentCoding.Identity, plain.Modified, there);
    }

    /// <summary>Which coded files there are; the system is asked once a second.</summary>
    public ContentCodings CodingsOf(CachedFile plain)
    {
        if (loop.Now < plain.CodingsUntil)
        {
            return plain.Codings;
        }

        ContentCodings found = ContentCodings.None;
        for (ContentCoding coding = ContentCoding.Brotli; coding <= ContentCoding.Gzip; coding++)
        {
            if (Files.Stat(PathOf(plain, coding), out FileStatus status) == Errno.None && IsFresh(status, plain))
            {
                found |= (ContentCodings)(1 << (int)coding);
            }
        }

        plain.Codings = found;
        plain.CodingsUntil = loop.Now + files.Belief;
        return found;
    }

    /// <summary>A regular file that is not older than the plain one.</summary>
    private static bool IsFresh(in FileStatus status, CachedFile plain) =>
        status.Kind == FileKind.Regular && status.Modified >= plain.Status.Modified;

    private ReadOnlySpan<byte> PathOf(CachedFile plain, ContentCoding coding)
    {
        ReadOnlySpan<byte> suffix = Suffix(coding);
        plain.Path.CopyTo(_path, 0);
        suffix.CopyTo(_path.AsSpan(plain.Path.Length));
        return _path.AsSpan(0, plain.Path.Length + suffix.Length);
    }
}
