using System;
using System.Collections.Generic;

namespace Sluice.Http.Text;

/// <summary>What became of filling a template.</summary>
public enum MacroStatus
{
    /// <summary>It is filled.</summary>
    Done,

    /// <summary>It asks for a capture that the pattern does not have (H-LOC-51).</summary>
    NoSuchCapture,

    /// <summary>There is no room for the result.</summary>
    TooLong,
}

/// <summary>Which macros a template knows.</summary>
public enum MacroSet
{
    /// <summary>Those of a request: H-LOC-38 to H-LOC-48.</summary>
    Request,

    /// <summary>Those too that tell how it was answered, and what it said of its sender (<c>notify-on-block</c>, H-EXT-04).</summary>
    Answer,
}

/// <summary>
/// The URI of <c>block return</c> and the path of <c>request rewrite</c> in httpd.conf(5), and other texts: bytes with captures (<c>%1</c>) and macros
/// (<c>$REQUEST_URI</c>). Taken apart once; filled in one pass, so that what is inserted is never looked at again. No value adds a
/// control byte, and a template of requests none either: those are percent-encoded. Immutable.
/// </summary>
public sealed class MacroTemplate
{
    // The longer of two names with the same beginning stands first.
    private static readonly (Macro Macro, byte[] Name)[] _names =
    [
        (Macro.DocumentUri, [.. "$DOCUMENT_URI"u8]),
        (Macro.HttpHost, [.. "$HTTP_HOST"u8]),
        (Macro.QueryStringEncoded, [.. "$QUERY_STRING_ENC"u8]),
        (Macro.QueryString, [.. "$QUERY_STRING"u8]),
        (Macro.RemoteAddress, [.. "$REMOTE_ADDR"u8]),
        (Macro.RemotePort, [.. "$REMOTE_PORT"u8]),
        (Macro.RemoteUser, [.. "$REMOTE_USER"u8]),
        (Macro.RequestScheme, [.. "$REQUEST_SCHEME"u8]),
        (Macro.RequestUri, [.. "$REQUEST_URI"u8]),
        (Macro.ServerAddress, [.. "$SERVER_ADDR"u8]),
        (Macro.ServerName, [.. "$SERVER_NAME"u8]),
        (Macro.ServerPort, [.. "$SERVER_PORT"u8]),
    ];

    private static readonly (Macro Macro, byte[] Name)[] _namesWithAnswer =
    [
        .. _names,
        (Macro.Referrer, [.. "$HTTP_REFERRER"u8]),
        (Macro.UserAgent, [.. "$HTTP_USER_AGENT"u8]),
        (Macro.RequestMethod, [.. "$REQUEST_METHOD"u8]),
        (Macro.ResponseCode, [.. "$RESPONSE_CODE"u8]),
        (Macro.ResponseUri, [.. "$RESPONSE_URI"u8]),
    ];

    private readonly Part[] _parts;

    private MacroTemplate(Part[] parts)
    {
        _parts = parts;
    }

    /// <summary>Takes a template apart. Every text is one: what is neither capture nor macro stands for itself.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="set">Which macros are replaced.</param>
    public static MacroTemplate Parse(ReadOnlySpan<byte> text, MacroSet set = MacroSet.Request)
    {
        ReadOnlySpan<(Macro Macro, byte[] Name)> names = set == MacroSet.Answer ? _namesWithAnswer : _names;
        List<Part> parts = [];
        int literal = 0;
        int at = 0;
        while (at < text.Length)
        {
            if (!TryPart(text[at..], names, out Part part, out int length))
            {
                at++;
                continue;
            }

            AddLiteral(parts, text[literal..at], set);
            parts.Add(part);
            at += length;
            literal = at;
        }

        AddLiteral(parts, text[literal..], set);
        return new MacroTemplate([.. parts]);
    }

    /// <summary>Fills the template.</summary>
    /// <param name="values">What a request has for each macro.</param>
    /// <param name="destination">As long as the longest result that is accepted.</param>
    /// <param name="written">Bytes of the result.</param>
    public MacroStatus Expand(MacroValues values, Span<byte> destination, out int written)
    {
        ArgumentNullException.ThrowIfNull(values);
        written = 0;
        foreach (Part part in _parts)
        {
            MacroStatus status = part.Kind switch
            {
                PartKind.Literal => Append(part.Text, UriText.Raw, destination, ref written),
                PartKind.Verbatim => Copy(part.Text, destination, ref written),
                PartKind.Capture => AppendCapture(part, values, destination, ref written),
                _ => AppendMacro(part.Macro, values, destination, ref written),
            };
            if (status != MacroStatus.Done)
            {
                return status;
            }
        }

        return MacroStatus.Done;
    }

    // A message of ours may have lines; a URI may not.
    private static void AddLiteral(List<Part> parts, ReadOnlySpan<byte> text, MacroSet set)
    {
        if (!text.IsEmpty)
        {
            parts.Add(new Part(set == MacroSet.Answer ? PartKind.Verbatim : PartKind.Literal, text.ToArray()));
        }
    }

    private static bool TryPart(
        ReadOnlySpan<byte> text, ReadOnlySpan<(Macro Macro, byte[] Name)> names, out Part part, out int length)
    {
        part = default;
        length = 0;
        switch (text[0])
        {
            case (byte)'%':
                return TryCapture(text, out part, out length);
            case (byte)'$':
                foreach ((Macro macro, byte[] name) in names)
                {
                    if (text.StartsWith(name))
                    {
                        part = new Part(PartKind.Macro, name) { Macro = macro };
                        length = name.Length;
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    // All digits belong to the number (H-LOC-53).
    private static bool TryCapture(ReadOnlySpan<byte> text, out Part part, out int length)
    {
        int number = 0;
        length = 1;
        for (; length < text.Length && char.IsAsciiDigit((char)text[length]); length++)
        {
            number = int.Min((number * 10) + (text[length] - '0'), LuaPattern.MostCaptures + 1);
        }

        part = new Part(PartKind.Capture, text[..length].ToArray()) { Number = number };
        return length > 1;
    }

    private static MacroStatus AppendCapture(Part part, MacroValues values, Span<byte> destination, ref int written)
    {
        LuaCaptures captures = values.Captures;
        if (captures.Count == 0)
        {
            return Append(part.Text, UriText.Raw, destination, ref written);
        }

        return part.Number < captures.Count
            ? Append(values.CaptureSubject[captures[part.Number]], UriText.Encoded, destination, ref written)
            : MacroStatus.NoSuchCapture;
    }

    private static MacroStatus AppendMacro(Macro macro, MacroValues values, Span<byte> destination, ref int written)
    {
        switch (macro)
        {
            case Macro.RequestUri:
                MacroStatus status = Append(values.Of(Macro.DocumentUri), UriText.Encoded, destination, ref written);
                if (status != MacroStatus.Done || !values.HasQuery)
                {
                    return status;
                }

                status = Append("?"u8, UriText.Raw, destination, ref written);
                return status == MacroStatus.Done
                    ? Append(values.Of(Macro.QueryString), UriText.Raw, destination, ref written)
                    : status;
            case Macro.QueryStringEncoded:
                return Append(values.Of(Macro.QueryString), UriText.Encoded, destination, ref written);
            case Macro.DocumentUri or Macro.HttpHost or Macro.RemoteUser or Macro.ServerName or Macro.Referrer or Macro.UserAgent:
                return Append(values.Of(macro), UriText.Encoded, destination, ref written);
            default:
                return Append(values.Of(macro), UriText.Raw, destination, ref written);
        }
    }

    private static MacroStatus Append(ReadOnlySpan<byte> text, UriText kind, Span<byte> destination, ref int written)
    {
        bool fits = PercentEncoding.TryEncode(text, destination[written..], kind, out int length);
        written += length;
        return fits ? MacroStatus.Done : MacroStatus.TooLong;
    }

    private static MacroStatus Copy(ReadOnlySpan<byte> text, Span<byte> destination, ref int written)
    {
        if (!text.TryCopyTo(destination[written..]))
        {
            return MacroStatus.TooLong;
        }

        written += text.Length;
        return MacroStatus.Done;
    }

    private enum PartKind
    {
        Literal,

        // As it is written.
        Verbatim,
        Capture,
        Macro,
    }

    // The text of a part as it stands in the template; a capture's is needed where there are none.
    private readonly record struct Part(PartKind Kind, byte[] Text)
    {
        public Macro Macro { get; init; }

        public int Number { get; init; }
    }
}

/// <summary>The macros of a template (H-LOC-38 to H-LOC-48).</summary>
public enum Macro
{
    /// <summary>The decoded canonical path; encoded where it is inserted.</summary>
    DocumentUri,

    /// <summary>The host asked for, with its port; encoded.</summary>
    HttpHost,

    /// <summary>The query as it was sent.</summary>
    QueryString,

    /// <summary>The same, encoded.</summary>
    QueryStringEncoded,

    /// <summary>The client's address.</summary>
    RemoteAddress,

    /// <summary>The client's port.</summary>
    RemotePort,

    /// <summary>Who logged in; encoded.</summary>
    RemoteUser,

    /// <summary>Path, encoded, and query.</summary>
    RequestUri,

    /// <summary><c>http</c> or <c>https</c>.</summary>
    RequestScheme,

    /// <summary>The configured address.</summary>
    ServerAddress,

    /// <summary>The configured name; encoded.</summary>
    ServerName,

    /// <summary>The configured port.</summary>
    ServerPort,

    /// <summary>The field Referer; encoded.</summary>
    Referrer,

    /// <summary>The field User-Agent; encoded.</summary>
    UserAgent,

    /// <summary>The method.</summary>
    RequestMethod,

    /// <summary>The status of the answer in three digits.</summary>
    ResponseCode,

    /// <summary>Where the answer sends the client; empty where it does not.</summary>
    ResponseUri,
}

/// <summary>What a request has for each macro. One that is not asked for costs nothing.</summary>
public abstract class MacroValues
{
    /// <summary>What the last pattern that matched captured; empty where none did.</summary>
    public abstract LuaCaptures Captures { get; }

    /// <summary>The text that it matched.</summary>
    public abstract ReadOnlySpan<byte> CaptureSubject { get; }

    /// <summary>Whether the target has a <c>?</c>.</summary>
    public abstract bool HasQuery { get; }

    /// <summary>The value of a macro, not encoded; not asked for <see cref="Macro.RequestUri"/> and
    /// <see cref="Macro.QueryStringEncoded"/>, which are made of others. Valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> Of(Macro macro);
}
