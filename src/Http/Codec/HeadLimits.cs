namespace Sluice.Http.Codec;

/// <summary>What ends a line of a head.</summary>
public enum LineEnd
{
    /// <summary>CRLF only; a bare LF is rejected (httpd).</summary>
    CrLf,

    /// <summary>CRLF or LF (relayd, RFC 9112 2.2; forwarded as CRLF).</summary>
    CrLfOrLf,
}

/// <summary>The limits of a head; a head that exceeds one is rejected at the first byte that does.</summary>
public sealed record HeadLimits
{
    /// <summary>httpd's: 8,192 bytes of lines, ended by CRLF.</summary>
    public static HeadLimits Httpd { get; } = new();

    /// <summary>relayd's: the same, but LF ends a line too.</summary>
    public static HeadLimits Relayd { get; } = new() { LineEnd = LineEnd.CrLfOrLf };

    /// <summary>Bytes of the request line and all field lines together, without their ends; at most 131,072 (H-LIMIT-01, http headerlen in
    /// relayd.conf(5)).</summary>
    public int LineBytes { get; init; } = 8192;

    /// <summary>Field lines; 1 to 1,024.</summary>
    public int Fields { get; init; } = 1024;

    /// <summary>What ends a line.</summary>
    public LineEnd LineEnd { get; init; } = LineEnd.CrLf;

    /// <summary>The most bytes a head can take with its line ends; see <see cref="MessageHead.Gather"/> where an input has no room for so many.</summary>
    public int MostBytes => LineBytes + (2 * (Fields + 2));
}
