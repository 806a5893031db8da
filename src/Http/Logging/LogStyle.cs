namespace Sluice.Http.Logging;

/// <summary>Shape of the lines of the access log.</summary>
public enum LogStyle
{
    /// <summary>Client, time, request, status and length.</summary>
    Common,

    /// <summary>As <see cref="Common"/>, with Referer and User-Agent.</summary>
    Combined,

    /// <summary>A line for each connection, of all its requests.</summary>
    Connection,

    /// <summary>As <see cref="Combined"/>, with X-Forwarded-For and X-Forwarded-Port.</summary>
    Forwarded,

    /// <summary>An object a line.</summary>
    Json,
}
