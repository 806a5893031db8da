using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>A whole answer that differs in nothing from request to request but date and connection.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Body">Its body; empty where the status has none.</param>
internal sealed record PreparedAnswer(PreparedHead Head, ReadOnlyMemory<byte> Body);

/// <summary>The pages of errors: the administrator's, where there is one, or the built-in one (H-HTTP-38 to H-HTTP-43).</summary>
/// <remarks>Each is made once, and made again when its file changes, which the file cache notices.</remarks>
/// <param name="files">Where the administrator's pages come from.</param>
/// <param name="warn">Told of a page that is there and cannot be used: once for each, until the next reload.</param>
internal sealed class ErrorAnswers(FileCache files, Action<string> warn)
{
    /// <summary>The largest page of an administrator that is used.</summary>
    private const int LargestPage = 1024 * 1024;

    /// <summary>Answers and pages that are kept; beyond that all are made anew.</summary>
    private const int Most = 4096;

    /// <summary>Bytes of the administrator's pages that are kept, filled in.</summary>
    private const long MostPageBytes = 16 * 1024 * 1024;

    private static readonly ErrorPages _named = new(Place.Banner.ToArray());
    private static readonly ErrorPages _nameless = new(default);

    private readonly Dictionary<(Place Place, int Status), Made> _made = [];
    private readonly Dictionary<(CachedFile Template, int Status, bool ShowsBanner), byte[]> _pages = [];
    private readonly HashSet<byte[]> _unusable = new(ByteKeys.Exact);
    private readonly byte[] _path = new byte[FilePath.MostBytes];

    /// <summary>The configuration whose answers were made.</summary>
    private uint _generation;

    /// <summary>Bytes of the pages.</summary>
    private long _pageBytes;

    /// <summary>The methods that files take.</summary>
    public static ReadOnlySpan<byte> Allowed => "GET, HEAD, OPTIONS"u8;

    /// <summary>The answer of a place to an error.</summary>
    /// <param name="place">Where the request was to be served.</param>
    /// <param name="status">A status code of 400 and more, or of a redirect that needs no further field.</param>
    public PreparedAnswer Of(Place place, int status)
    {
        Bound(place);
        CachedFile? template = Template(place, status);
        if (_made.TryGetValue((place, status), out Made? made) && made.Template == template)
        {
            return made.Answer;
        }

        PreparedAnswer answer = Make(place, status, Page(place, status, template));
        _made[(place, status)] = new Made(answer, template);
        return answer;
    }

    /// <summary>The page alone, for an answer with fields of its own.</summary>
    public ReadOnlyMemory<byte> PageOf(Place place, int status)
    {
        Bound(place);
        return Page(place, status, Template(place, status));
    }

    /// <summary>The administrator's page for the code, or for any (H-HTTP-40); null for the built-in one.</summary>
    private CachedFile? Template(Place place, int status)
    {
        if (place.ErrorDocuments.IsEmpty || !StatusCode.HasBody(status))
        {
            return null;
        }

        Span<byte> name = [.. "/000.html"u8];
        status.TryFormat(name[1..], out _);
        return Find(place, name) ?? Find(place, "/err.html"u8);
    }

    private CachedFile? Find(Place place, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> path = FilePath.Join(place.ErrorDocuments.Span, name, _path);
        CachedFile file = files.Find(path);
        if (file.Kind == PathKind.Regular && file.Status.Length <= LargestPage)
        {
            return file;
        }

        if (file.Kind != PathKind.Missing)
        {
            Warn(path, file.Kind);
        }

        return null;
    }

    private void Warn(ReadOnlySpan<byte> path, PathKind kind)
    {
        if (_unusable.Count < Most && _unusable.Add(path.ToArray()))
        {
            string reason = kind switch
            {
                PathKind.Regular => "is larger than 1 MiB",
                PathKind.Directory => "is a directory",
                PathKind.Forbidden => "may not be read",
                _ => "cannot be read",
            };
            warn($"error page {Encoding.Latin1.GetString(path)} {reason}: the next one is used");
        }
    }

    private ReadOnlyMemory<byte> Page(Place place, int status, CachedFile? template)
    {
        if (!StatusCode.HasBody(status))
        {
            return default;
        }

        return template is not null && Filled(place, status, template) is { } page
            ? page
            : (place.ShowsBanner ? _named : _nameless).Of(status);
    }

    /// <summary>The administrator's page as it is sent; null where it was cut meanwhile. Places that have it in common share it.</summary>
    private byte[]? Filled(Place place, int status, CachedFile template)
    {
        if (_pages.TryGetValue((template, status, place.ShowsBanner), out byte[]? page))
        {
            return page;
        }

        if (!TryRead(template, out ReadOnlyMemory<byte> content))
        {
            return null;
        }

        if (_pages.Count == Most || _pageBytes > MostPageBytes)
        {
            Clear();
        }

        page = ErrorPage.Fill(content.Span, status, place.ShowsBanner ? Place.Banner : default);
        _pages.Add((template, status, place.ShowsBanner), page);
        _pageBytes += page.Length;
        return page;
    }

    private static bool TryRead(CachedFile template, out ReadOnlyMemory<byte> content)
    {
        content = template.Content;
        if (template.File is not { } file)
        {
            return true;
        }

        byte[] whole = new byte[template.Status.Length];
        int filled = 0;
        while (filled < whole.Length && file.Read(whole.AsSpan(filled), filled) is { Bytes: > 0 } read)
        {
            filled += read.Bytes;
        }

        content = whole;
        return filled == whole.Length;
    }

    private static PreparedAnswer Make(Place place, int status, ReadOnlyMemory<byte> page)
    {
        ResponseFields fields = new();
        if (status == StatusCode.MethodNotAllowed)
        {
            fields.Add("Allow"u8, Allowed);
        }

        if (status == StatusCode.Unauthorized && place.Guard is { } guard)
        {
            fields.Add("WWW-Authenticate"u8, guard.Challenge.Span);
        }

        if (StatusCode.HasBody(status))
        {
            fields.Add("Content-Length"u8, page.Length);
            fields.Add("Content-Type"u8, "text/html"u8);
        }
        else if (status == StatusCode.ResetContent)
        {
            // RFC 9112 6.3: of all answers without a body, this one must say so.
            fields.Add("Content-Length"u8, 0);
        }

        place.AddFields(fields, AnswerKind.Page);
        return new PreparedAnswer(PreparedHead.Make(status, fields), page);
    }

    /// <summary>Drops the answers of earlier configurations, of which a reload leaves some behind, and too many of one.</summary>
    private void Bound(Place place)
    {
        if (place.Generation > _generation)
        {
            _generation = place.Generation;
            _unusable.Clear();
            Clear();
        }
        else if (_made.Count >= Most)
        {
            Clear();
        }
    }

    private void Clear()
    {
        _made.Clear();
        _pages.Clear();
        _pageBytes = 0;
    }

    private sealed record Made(PreparedAnswer Answer, CachedFile? Template);
}
