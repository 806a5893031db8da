using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Http.Messages;

namespace Sluice.Http.Text;

/// <summary>
/// The built-in page of an error or redirect (H-HTTP-38): its code and reason, light or dark as the reader's system is, and under
/// a rule the server's name where it may be known. It repeats nothing of the request (H-HTTP-35).
/// </summary>
public static class ErrorPage
{
    private const string Style = """
        html { color-scheme: light dark; }
        body { margin: 3em auto; max-width: 40em; padding: 0 1em; background: #fff; color: #000; font-family: sans-serif; }
        hr { border: 0; border-top: 1px solid; opacity: 0.3; }
        @media (prefers-color-scheme: dark) {
        body { background: #1E1F21; color: #EEEFF1; }
        a { color: #BAD7FF; }
        }
        """;

    /// <summary>Makes a page.</summary>
    /// <param name="code">The status code.</param>
    /// <param name="footer">Text of the address element, HTML already; empty for a page without one.</param>
    public static byte[] Make(int code, ReadOnlySpan<byte> footer)
    {
        string title = $"{code.ToString("D3", CultureInfo.InvariantCulture)} {Encoding.ASCII.GetString(StatusCode.Reason(code))}";
        string address = footer.IsEmpty ? "" : $"<hr>\n<address>{Encoding.UTF8.GetString(footer)}</address>\n";
        return Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{title}</h1>
            {address}</body>
            </html>

            """);
    }

    /// <summary>Puts code, reason and server name into a page of the administrator (H-HTTP-41), all occurrences in one pass.</summary>
    /// <param name="template">The file's bytes.</param>
    /// <param name="code">The status code.</param>
    /// <param name="serverName">Empty where it may not be known.</param>
    public static byte[] Fill(ReadOnlySpan<byte> template, int code, ReadOnlySpan<byte> serverName)
    {
        List<byte> page = new(template.Length + 64);
        while (true)
        {
            int dollar = template.IndexOf((byte)'$');
            if (dollar < 0)
            {
                page.AddRange(template);
                return [.. page];
            }

            page.AddRange(template[..dollar]);
            template = template[dollar..];
            if (template.StartsWith("$HTTP_ERROR"u8))
            {
                page.AddRange(StatusCode.Reason(code));
                template = template["$HTTP_ERROR"u8.Length..];
            }
            else if (template.StartsWith("$RESPONSE_CODE"u8))
            {
                page.AddRange(Encoding.ASCII.GetBytes(code.ToString("D3", CultureInfo.InvariantCulture)));
                template = template["$RESPONSE_CODE"u8.Length..];
            }
            else if (template.StartsWith("$SERVER_SOFTWARE"u8))
            {
                page.AddRange(serverName);
                template = template["$SERVER_SOFTWARE"u8.Length..];
            }
            else
            {
                page.Add((byte)'$');
                template = template[1..];
            }
        }
    }
}

/// <summary>Built-in pages, each made once; one set a server name.</summary>
/// <param name="footer">As <see cref="ErrorPage.Make"/> takes it; empty for pages without one.</param>
public sealed class ErrorPages(ReadOnlyMemory<byte> footer)
{
    private readonly Dictionary<int, byte[]> _pages = [];

    /// <summary>The page of a code.</summary>
    public ReadOnlyMemory<byte> Of(int code)
    {
        if (!_pages.TryGetValue(code, out byte[]? page))
        {
            page = ErrorPage.Make(code, footer.Span);
            _pages.Add(code, page);
        }

        return page;
    }
}
