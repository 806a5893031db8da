namespace Sluice.Http.Codec;

/// <summary>What ends a line of a head.</summary>
public enum LineEnd
{
    /// <summary>CRLF only; a bare LF is rejected (httpd).</summary>
    CrLf,

    /// <summary>CRLF or LF (relayd, RFC 9112 2.2; forwarded as CRLF).</summary>
    CrLfOrLf,
}

/// <summary>What names the host of a request.</summary>
public enum HostSource
{
    /// <summary>Host has to be there (RFC 9112 3.2, httpd).</summary>
    Field,

    /// <summary>Host, or an absolute target without one (relayd, which adds it).</summary>
    FieldOrTarget,
}

/// <summary>The limits of a head; a head that exceeds one is rejected at the first byte that does.</summary>
public sealed record HeadLimits
{
    /// <summary>httpd's: 8,192 bytes of lines, ended by CRLF.</summary>
    public static HeadLimits Httpd { get; } = new();

    /// <summary>relayd's: the same, but LF ends a line too, and an absolute target names the host as well as Host does.</summary>
    public static HeadLimits Relayd { get; } = new() { LineEnd = LineEnd.CrLfOrLf, HostSource = HostSource.FieldOrTarget };

    /// <summary>Bytes of the request line and all field lines together, without their ends; at most 131,072 (H-LIMIT-01, http headerlen in
    /// relayd.conf(5)).</summary>
    public int LineBytes { get; init; } = 8192;

    /// <summary>Field lines; 1 to 1,024.</summary>
    public int Fields { get; init; } = 1024;

    /// <summary>What ends a line.</summary>
    public LineEnd LineEnd { get; init; } = LineEnd.CrLf;

    /// <summary>What a request of HTTP/1.1 must have to name the host.</summary>
    public HostSource HostSource { get; init; }

    /// <summary>The most bytes a head can take with its line ends: see <see cref="MessageHead.Gather"/> where an input has no room for so many.</summary>
    public int MostBytes => LineBytes + (2 * (Fields + 2));
}
