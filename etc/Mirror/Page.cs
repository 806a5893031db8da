using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Mirror;

/// <summary>The page: the text of a file, with what the request says filled in.</summary>
internal sealed class Page(string template)
{
    /// <summary>Head and body of the answer.</summary>
    public string Make(Request request)
    {
        int visits = Visits(Value(request, "HTTP_COOKIE"));
        string said = Said(request);
        // In one go, so that nothing of a request is taken for a place to fill in.
        string body = Regex.Replace(
            template,
            @"\{[a-z]+\}",
            place => place.Value switch
            {
                "{program}" => $"A program for .NET {Environment.Version}",
                "{visits}" => visits == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{visits} times"),
                "{said}" => said.Length == 0 ? "" : $"You said: {WebUtility.HtmlEncode(said)}",
                "{parameters}" => Rows(request),
                _ => place.Value,
            },
            RegexOptions.None,
            TimeSpan.FromSeconds(1));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Content-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nSet-Cookie: visits={visits + 1}; Path=/app/; HttpOnly; SameSite=Lax\r\n\r\n{body}");
    }

    private static string Value(Request request, string name) => request.Parameters.LastOrDefault(pair => string.Equals(pair.Name, name, StringComparison.Ordinal)).Value ?? "";

    private static int Visits(string cookies) => cookies.Split(';', StringSplitOptions.TrimEntries)
        .Where(cookie => cookie.StartsWith("visits=", StringComparison.Ordinal))
        .Select(cookie => ushort.TryParse(cookie.AsSpan("visits=".Length), CultureInfo.InvariantCulture, out ushort count) ? count : 0)
        .FirstOrDefault();

    // The form has one field.
    private static string Said(Request request) =>
        Value(request, "REQUEST_METHOD") is "POST" && request.Body.StartsWith("text=", StringComparison.Ordinal)
            ? WebUtility.UrlDecode(request.Body["text=".Length..])
            : "";

    private static string Rows(Request request) => string.Join('\n', request.Parameters.Select(pair =>
        $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(pair.Name)}</th><td data-label=\"Value\">{WebUtility.HtmlEncode(pair.Value)}</td></tr>"));
}
