namespace Sluice.Http.Messages;

/// <summary>How the wait for a request ended where none came.</summary>
public enum Ending
{
    /// <summary>It did not: a request came, or is still waited for.</summary>
    None,

    /// <summary>The client ended its output between requests.</summary>
    Done,

    /// <summary>The client was gone within a head.</summary>
    Abandoned,

    /// <summary>No request began in time.</summary>
    Idle,

    /// <summary>The request line was not there in time, so that no answer is owed (H-HTTP-39).</summary>
    Late,

    /// <summary>This process closed the connection.</summary>
    Closed,
}
