using System;
using System.Globalization;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>The heads of answers with one file from one place: all but date and connection is known in advance.</summary>
internal sealed class FileHeads
{
    /// <summary>Heads that are kept beside each other, when a file is served from several places.</summary>
    private const int MostKept = 8;

    private readonly Place _place;
    private readonly Representation _representation;
    private readonly FileHeads? _next;
    private readonly byte[] _modified = new byte[HttpDate.Length];
    private readonly byte[] _tag;

    /// <param name="place">Where the file is served from: it decides the type and who answers.</param>
    /// <param name="representation">What is served.</param>
    /// <param name="next">Other heads of the same file; null for none.</param>
    private FileHeads(Place place, in Representation representation, FileHeads? next)
    {
        _place = place;
        _representation = representation;
        _next = next;
        _tag = TagOf(representation);
        HttpDate.Write(representation.Modified, _modified);
    }

    /// <summary>The answer with the file.</summary>
    public PreparedHead Found => field ??= MakeFound();

    /// <summary>The answer to who has it already; Content-Type and Last-Modified as upstream (H-FILE-27).</summary>
    public PreparedHead NotModified => field ??= MakeNotModified();

    /// <summary>The media type of the file, or of the plain one where it is compressed.</summary>
    public ReadOnlyMemory<byte> Type => _place.TypeOf(PlainPath).Text;

    private ReadOnlySpan<byte> PlainPath =>
        _representation.File.Path.AsSpan(..^CompressedFiles.Suffix(_representation.Coding).Length);

    /// <summary>The heads of a file in a place; made at the first request.</summary>
    public static FileHeads Of(in Representation representation, Place place)
    {
        int count = 0;
        CachedFile file = representation.File;
        for (FileHeads? heads = file.Heads; heads is not null; heads = heads._next)
        {
            if (heads._place == place && heads.IsFor(representation))
            {
                return heads;
            }

            count++;
        }

        // A reload leaves the heads of places behind that nobody serves any more.
        file.Heads = new FileHeads(place, representation, count < MostKept ? file.Heads : null);
        return file.Heads;
    }

    /// <summary>What conditions of requests are compared with.</summary>
    /// <param name="now">The current time.</param>
    public Validators ValidatorsAt(DateTimeOffset now) => new()
    {
        Tag = _tag,
        Modified = _representation.Modified,
        ModifiedText = _modified,
        Now = now,
    };

    /// <summary>Adds the fields that an answer with the file, with parts of it, and 304 have in common; Content-Type alone is
    /// left to the caller where the body is not the file.</summary>
    public void AddFields(ResponseFields fields)
    {
        ServedType type = _place.TypeOf(PlainPath);
        if (!type.CacheControl.IsEmpty)
        {
            fields.Add("Cache-Control"u8, type.CacheControl.Span);
        }

        fields.Add("Content-Type"u8, type.Text.Span);
        fields.Add("ETag"u8, _tag);
        fields.Add("Last-Modified"u8, _modified);
        if (_representation.Choice != ContentCodings.None)
        {
            fields.Add("Vary"u8, "Accept-Encoding"u8);
        }
    }

    /// <summary>Adds the fields of an answer with the whole file, but for its length and those of the place.</summary>
    public void AddFieldsOfWhole(ResponseFields fields)
    {
        AddFields(fields);
        AddCoding(fields);
        if (_representation.Coding == ContentCoding.Identity)
        {
            fields.Add("Accept-Ranges"u8, "bytes"u8);
        }
    }

    private PreparedHead MakeFound()
    {
        ResponseFields fields = new();
        AddFieldsOfWhole(fields);
        fields.Add("Content-Length"u8, _representation.File.Status.Length);
        _place.AddFields(fields);
        return PreparedHead.Make(StatusCode.Ok, fields);
    }

    private PreparedHead MakeNotModified()
    {
        ResponseFields fields = new();
        AddFields(fields);
        AddCoding(fields);
        _place.AddFields(fields);
        return PreparedHead.Make(StatusCode.NotModified, fields);
    }

    /// <summary>The same file gives the same heads unless the plain one, or the choice beside it, has changed.</summary>
    private bool IsFor(in Representation other) =>
        _representation.Coding == other.Coding
        && _representation.Choice == other.Choice
        && _representation.Modified == other.Modified;

    private void AddCoding(ResponseFields fields)
    {
        ReadOnlySpan<byte> name = CodingName(_representation.Coding);
        if (!name.IsEmpty)
        {
            fields.Add("Content-Encoding"u8, name);
        }
    }

    /// <summary>
    /// A strong tag from time of change and length, which servers that share a tree by rsync(1) agree about; no two codings have
    /// the same (RFC 9110 8.8.3.3).
    /// </summary>
    private static byte[] TagOf(in Representation representation)
    {
        long ticks = representation.File.Status.Modified.UtcTicks - DateTime.UnixEpoch.Ticks;
        ulong nanoseconds = unchecked((ulong)(ticks * TimeSpan.NanosecondsPerTick));
        ReadOnlySpan<byte> coding = CodingName(representation.Coding);
        Span<byte> time = stackalloc byte[16];
        Span<byte> length = stackalloc byte[16];
        _ = nanoseconds.TryFormat(time, out int timeBytes, "x", CultureInfo.InvariantCulture);
        _ = representation.File.Status.Length.TryFormat(length, out int lengthBytes, "x", CultureInfo.InvariantCulture);
        return [(byte)'"', .. time[..timeBytes], (byte)'-', .. length[..lengthBytes], .. coding.IsEmpty ? default : "-"u8, .. coding, (byte)'"'];
    }

    private static ReadOnlySpan<byte> CodingName(ContentCoding coding) => coding switch
    {
        ContentCoding.Brotli => "br"u8,
        ContentCoding.Zstandard => "zstd"u8,
        ContentCoding.Gzip => "gzip"u8,
        _ => default,
    };
}
