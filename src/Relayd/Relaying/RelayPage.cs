using System;
using System.Globalization;
using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>The page that tells a client of an error (R-HTTP-50 to -55).</summary>
/// <param name="style">CSS in place of the built-in one; null for that.</param>
/// <param name="place">Where the relay listens.</param>
/// <param name="retry">When clients shall come back; null where they are not asked to.</param>
internal sealed class RelayPage(string? style, string place, TimeSpan? retry = null)
{
    /// <summary>What relayd calls itself.</summary>
    public const string Banner = "relayd";

    private const string BuiltInStyle = """
        body { background-color: #a00000; color: white; font-family: 'Comic Sans MS', 'Chalkboard SE', 'Comic Neue', sans-serif; }
        hr { border: 0; border-bottom: 1px dashed; }

        """;

    private readonly string _style = style ?? BuiltInStyle;
    private readonly string _retryField = retry is { } time ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {(long)time.TotalSeconds}\r\n") : "";

    /// <summary>A whole answer: its head, and a page where the client takes one.</summary>
    /// <param name="refusal">What is wrong.</param>
    /// <param name="label">HTML from the configuration; empty for none.</param>
    /// <param name="now">For Date.</param>
    /// <param name="method">That of the request; HEAD gets no page.</param>
    public byte[] Answer(Refusal refusal, ReadOnlySpan<byte> label, DateTimeOffset now, Method method)
    {
        (int status, string message) = refusal;
        Span<byte> date = stackalloc byte[HttpDate.Length];
        HttpDate.Write(now, date);
        string reason = Encoding.ASCII.GetString(StatusCode.Reason(status));
        string title = $"{status.ToString("D3", CultureInfo.InvariantCulture)} {reason}";
        string body = $"""
            <!DOCTYPE html>
            <html>
            <head>
            <title>{title}</title>
            <style type="text/css"><!--
            {_style}
            --></style>
            </head>
            <body>
            <h1>{reason}</h1>
            <div id='m'>{message}</div>
            <div id='l'>{Encoding.Latin1.GetString(label)}</div>
            <hr><address>{Banner} at {place}</address>
            </body>
            </html>

            """;
        byte[] page = Encoding.Latin1.GetBytes(body);

        // RFC 9110 15.5.6; what begins with another method than GET is WebSocket alone (RFC 6455 4.1).
        string allow = status == StatusCode.MethodNotAllowed ? "Allow: GET\r\n" : "";
        string head = $"HTTP/1.0 {title}\r\nDate: {Encoding.ASCII.GetString(date)}\r\nServer: {Banner}\r\n{_retryField}{allow}Connection: close\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n";
        return method != Method.Head ? [.. Encoding.ASCII.GetBytes(head), .. page] : Encoding.ASCII.GetBytes(head);
    }
}
