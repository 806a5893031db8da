using System;
using System.Net;

using Sluice.Control;

namespace Sluice.Unit.Relayctl;

/// <summary>Answers of a daemon.</summary>
internal static class Rows
{
    public static SessionCounts NoSessions { get; }

    public static SessionCounts Sessions { get; } = new(4344, 3, new SessionRates(12, 640, 4344), new SessionRates(10, 600, 0));

    public static HostRow Host(int id, string name, HostStatus status, int ups, int checks) => new(id, name, status)
    {
        Address = IPAddress.Parse("10.0.0.1"),
        Ups = ups,
        Checks = checks,
        Result = "tcp connect failed",
        LastCheck = checks == 0 ? null : new DateTimeOffset(2026, 11, 22, 10, 53, 6, TimeSpan.Zero),
        Latency = TimeSpan.FromMicroseconds(412),
    };

    public static TableRow Table(int id, string name, int up) => new(id, name, up == 0 ? TableStatus.Empty : TableStatus.Active, up);
}
