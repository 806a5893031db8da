using System;
using System.Linq;
using System.Net;

using Sluice.Daemon.Program;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Tables.Scheduling;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Relayd.Tables;

/// <summary>Where a session goes to.</summary>
/// <param name="Address">Address and port, in the family that is connected in; <see cref="Engine.Io.AddressKind.None"/> for nowhere.</param>
/// <param name="Place">Where the host's health stands; 0 for an address that is no host of a table.</param>
/// <param name="Retry">Further attempts to connect.</param>
/// <param name="Failures">So many sessions that fail one after the other mark it down; 0: however many fail.</param>
/// <param name="Tls">What TLS knows of it; null where it is not spoken.</param>
internal readonly record struct Target(SocketAddress Address, int Place = 0, int Retry = 0, int Failures = 0, TlsPeer? Tls = null);

/// <summary>A table as one relay uses it: its hosts, and how one of them is chosen.</summary>
internal sealed class ServedTable
{
    private readonly HealthBoard _health;
    private readonly Target[] _targets;
    private readonly Scheduler _scheduler;

    /// <summary>Makes it ready.</summary>
    /// <param name="table">The table.</param>
    /// <param name="mode">How a host is chosen.</param>
    /// <param name="translation">The family that hosts are connected to in.</param>
    /// <param name="health">Which hosts may serve.</param>
    /// <param name="connector">Speaks TLS with them; null where that is not spoken.</param>
    public ServedTable(Table table, ScheduleMode mode, Translation translation, HealthBoard health, TlsConnector? connector)
    {
        Definition = table.Definition;
        Mode = mode;
        _health = health;
        _targets =
        [
            .. table.Hosts.Select(host => new Target(
                FamilyTranslation.Translate(translation, new IPEndPoint(host.Address, table.PortOf(host)).ToSocketAddress()),
                host.Place,
                host.Retry,
                table.Check is null ? 0 : host.Failures,
                connector?.For(host.HostName))),
        ];
        Func<int, bool> mayServe = table.Check is null ? health.MayServeUnchecked : health.MayServe;
        long Changes() => health.Changes;
        Candidate[] candidates = [.. Candidate.Of(table)];
        _scheduler = mode switch
        {
            ScheduleMode.Random => new RandomChoice(candidates, mayServe, Changes),
            ScheduleMode.SourceHash or ScheduleMode.LoadBalance or ScheduleMode.Hash => new HashSlots(candidates, mayServe, Changes),
            _ => new RoundRobin(candidates, mayServe, Changes),
        };
    }

    /// <summary>The name by which rules choose it.</summary>
    public string Definition { get; }

    /// <summary>How a host is chosen.</summary>
    public ScheduleMode Mode { get; }

    /// <summary>Whether the operator has taken all of its hosts out of service, whatever their checks say.</summary>
    public bool IsWithdrawn => Array.TrueForAll(_targets, target => _health.WithdrawalOf(target.Place) != Withdrawal.None);

    /// <summary>A host that may serve; false where there is none.</summary>
    /// <param name="hash">The digest of what the mode goes by.</param>
    /// <param name="target">The host.</param>
    public bool TryPick(ulong hash, out Target target)
    {
        int? picked = _scheduler.Pick(hash);
        target = picked is { } index ? _targets[index] : default;
        return picked is not null;
    }
}
