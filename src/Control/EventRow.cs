using System;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>What happened (R-CTL-36). Behind those of OpenBSD's program stand those that it does not have.</summary>
public enum EventKind
{
    /// <summary>The check of a host came to another state.</summary>
    HostStatus,

    /// <summary>A redirection was disabled.</summary>
    RedirectDisable,

    /// <summary>A redirection was enabled.</summary>
    RedirectEnable,

    /// <summary>A table was disabled.</summary>
    TableDisable,

    /// <summary>A table was enabled.</summary>
    TableEnable,

    /// <summary>A host was disabled.</summary>
    HostDisable,

    /// <summary>A host was enabled.</summary>
    HostEnable,

    /// <summary>The hosts of a redirection changed.</summary>
    TableChanged,

    /// <summary>The rules of a redirection were taken out of the packet filter.</summary>
    PullRules,

    /// <summary>The rules of a redirection were put into the packet filter.</summary>
    PushRules,

    /// <summary>A round of checks begins.</summary>
    Sync,

    /// <summary>A host is drained.</summary>
    HostDrain,

    /// <summary>A host is drained no more.</summary>
    HostUndrain,

    /// <summary>A host was added to a table.</summary>
    HostAdd,

    /// <summary>A host was removed.</summary>
    HostRemove,

    /// <summary>Another configuration is in use.</summary>
    Reload,

    /// <summary>Events that this client did not take in time; <see cref="EventRow.Id"/> is how many.</summary>
    Lost,
}

/// <summary>An event, as <c>monitor</c> shows it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Time">When.</param>
public sealed record EventRow(EventKind Kind, DateTimeOffset Time) : Reply(ReplyType.Event)
{
    /// <summary>With what; 0 where the event has none, or a name.</summary>
    public int Id { get; init; }

    /// <summary>The same by its name; empty where the event has none, or an id.</summary>
    public string Name { get; init; } = "";

    /// <summary>The new state, of a <see cref="EventKind.HostStatus"/>.</summary>
    public HostStatus State { get; init; }

    internal static EventRow ReadFields(ref WireReader reader) =>
        new((EventKind)reader.Small((int)EventKind.Lost), WireTime.Read(ref reader) ?? DateTimeOffset.UnixEpoch)
        {
            Id = reader.Number(),
            Name = reader.Latin1(),
            State = (HostStatus)reader.Small((int)HostStatus.Disabled),
        };

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Small((int)Kind);
        WireTime.Write(writer, Time);
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)State);
    }
}
