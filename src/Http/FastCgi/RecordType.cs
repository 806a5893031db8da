namespace Sluice.Http.FastCgi;

/// <summary>The types of records that a web server sends or understands (FastCGI 1.0, 8).</summary>
internal enum RecordType : byte
{
    /// <summary>FCGI_BEGIN_REQUEST.</summary>
    BeginRequest = 1,

    /// <summary>FCGI_END_REQUEST.</summary>
    EndRequest = 3,

    /// <summary>FCGI_PARAMS.</summary>
    Parameters = 4,

    /// <summary>FCGI_STDIN.</summary>
    Input = 5,

    /// <summary>FCGI_STDOUT.</summary>
    Output = 6,

    /// <summary>FCGI_STDERR.</summary>
    Error = 7,
}
