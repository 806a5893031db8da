namespace Sluice.Httpd.Processes;

/// <summary>How long the connections of a server process may go on.</summary>
internal enum WorkerPhase
{
    /// <summary>As long as configuration and client like.</summary>
    Serving,

    /// <summary>A successor accepts: an answer that begins now is the last of its connection, and is waited for as long as is usual.</summary>
    Leaving,

    /// <summary>The daemon ends: the same, and who has not asked for anything is not waited for.</summary>
    Stopping,
}
