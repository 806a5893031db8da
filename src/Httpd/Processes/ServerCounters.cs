using Sluice.Daemon.Metrics;

namespace Sluice.Httpd.Processes;

/// <summary>Where a server process counts what, in its <see cref="Statistics"/>.</summary>
internal static class ServerCounters
{
    /// <summary>Connections accepted.</summary>
    public const int Connections = Statistics.FirstOfProgram;

    /// <summary>Connections that are open now.</summary>
    public const int OpenConnections = Statistics.FirstOfProgram + 1;

    /// <summary>Requests answered.</summary>
    public const int Requests = Statistics.FirstOfProgram + 2;

    private const int FirstStatusClass = Statistics.FirstOfProgram + 3;

    /// <summary>Answers of the class of a status: 1xx to 5xx.</summary>
    /// <param name="status">100 to 599.</param>
    public static int OfStatus(int status) => FirstStatusClass + (status / 100) - 1;
}
