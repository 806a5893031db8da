using System;

using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>The heads of answers with one file from one place: all but date and connection is known in advance.</summary>
/// <param name="place">Where the file is served from: it decides the type and who answers.</param>
/// <param name="file">What is served.</param>
/// <param name="next">The heads of the same file for other places; null for none.</param>
internal sealed class FileHeads(Place place, CachedFile file, FileHeads? next)
{
    /// <summary>Places whose heads are kept beside each other, when a file is served from several.</summary>
    private const int MostPlaces = 8;

    private readonly byte[] _modified = Date(file);

    /// <summary>The answer with the file.</summary>
    public PreparedHead Found { get; } = Make(StatusCode.Ok, place, file);

    /// <summary>The answer to who has it already; Content-Type and Last-Modified as upstream (H-FILE-27).</summary>
    public PreparedHead NotModified { get; } = Make(StatusCode.NotModified, place, file);

    /// <summary>The date in Last-Modified: most conditional requests repeat it byte by byte.</summary>
    public ReadOnlySpan<byte> ModifiedText => _modified;

    /// <summary>The heads of a file in a place; made at the first request.</summary>
    public static FileHeads Of(CachedFile file, Place place)
    {
        int count = 0;
        for (FileHeads? heads = file.Heads; heads is not null; heads = heads.Next)
        {
            if (heads.Place == place)
            {
                return heads;
            }

            count++;
        }

        // A reload leaves the heads of places behind that nobody serves any more.
        file.Heads = new FileHeads(place, file, count < MostPlaces ? file.Heads : null);
        return file.Heads;
    }

    private Place Place => place;

    private FileHeads? Next => next;

    private static PreparedHead Make(int status, Place place, CachedFile file)
    {
        ResponseFields fields = new();
        if (status == StatusCode.Ok)
        {
            fields.Add("Content-Length"u8, file.Status.Length);
        }

        fields.Add("Content-Type"u8, place.TypeOf(file.Path));
        fields.Add("Last-Modified"u8, file.Modified);
        place.AddFields(fields);
        return PreparedHead.Make(status, fields);
    }

    private static byte[] Date(CachedFile file)
    {
        byte[] text = new byte[HttpDate.Length];
        HttpDate.Write(file.Modified, text);
        return text;
    }
}
