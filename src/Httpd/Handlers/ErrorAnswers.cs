using System;
using System.Collections.Generic;

using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>A whole answer that differs in nothing from request to request but date and connection.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Body">Its body; empty where the status has none.</param>
internal sealed record PreparedAnswer(PreparedHead Head, ReadOnlyMemory<byte> Body);

/// <summary>The pages of errors: the administrator's, where there is one, or the built-in one (H-HTTP-38 to H-HTTP-43).</summary>
/// <remarks>Each is made once. A page of the administrator is made again when its file changes, which the file
/// cache notices.</remarks>
internal sealed class ErrorAnswers(FileCache files)
{
    private static readonly ErrorPages _named = new(Place.Banner.ToArray());
    private static readonly ErrorPages _nameless = new(default);

    private readonly Dictionary<(Place Place, int Status), Made> _made = [];
    private readonly byte[] _path = new byte[FilePath.MostBytes];

    /// <summary>The configuration whose answers were made.</summary>
    private uint _generation;

    /// <summary>The methods that files take.</summary>
    public static ReadOnlySpan<byte> Allowed => "GET, HEAD, OPTIONS"u8;

    /// <summary>The answer of a place to an error.</summary>
    /// <param name="place">Where the request was to be served.</param>
    /// <param name="status">A status code of 400 and more, or of a redirect that needs no further field.</param>
    public PreparedAnswer Of(Place place, int status)
    {
        CachedFile? template = Template(place, status);
        if (_made.TryGetValue((place, status), out Made? made) && made.Template == template)
        {
            return made.Answer;
        }

        PreparedAnswer answer = Make(place, status, Page(place, status, template));
        Forget(place);
        _made[(place, status)] = new Made(answer, template);
        return answer;
    }

    /// <summary>The page alone, for an answer with fields of its own.</summary>
    public ReadOnlyMemory<byte> PageOf(Place place, int status) => Page(place, status, Template(place, status));

    /// <summary>The administrator's page for the code, or for any (H-HTTP-40); null for the built-in one.</summary>
    private CachedFile? Template(Place place, int status)
    {
        if (place.ErrorDocuments.IsEmpty)
        {
            return null;
        }

        Span<byte> name = [.. "/000.html"u8];
        status.TryFormat(name[1..], out _);
        return Find(place, name) ?? Find(place, "/err.html"u8);
    }

    private CachedFile? Find(Place place, ReadOnlySpan<byte> name)
    {
        CachedFile file = files.Find(FilePath.Join(place.ErrorDocuments.Span, name, _path));
        return file.Kind == PathKind.Regular && file.File is null ? file : null;
    }

    private static ReadOnlyMemory<byte> Page(Place place, int status, CachedFile? template)
    {
        if (!StatusCode.HasBody(status))
        {
            return default;
        }

        ErrorPages builtIn = place.ShowsBanner ? _named : _nameless;
        return template is null
            ? builtIn.Of(status)
            : ErrorPage.Fill(template.Content.Span, status, place.ShowsBanner ? Place.Banner : default);
    }

    private static PreparedAnswer Make(Place place, int status, ReadOnlyMemory<byte> page)
    {
        ResponseFields fields = new();
        if (status == StatusCode.MethodNotAllowed)
        {
            fields.Add("Allow"u8, Allowed);
        }

        if (StatusCode.HasBody(status))
        {
            fields.Add("Content-Length"u8, page.Length);
            fields.Add("Content-Type"u8, "text/html"u8);
        }

        place.AddFields(fields);
        return new PreparedAnswer(PreparedHead.Make(status, fields), page);
    }

    /// <summary>Drops the answers of earlier configurations, of which a reload leaves some behind.</summary>
    private void Forget(Place place)
    {
        if (_generation != place.Generation)
        {
            _made.Clear();
            _generation = place.Generation;
        }
    }

    private sealed record Made(PreparedAnswer Answer, CachedFile? Template);
}
