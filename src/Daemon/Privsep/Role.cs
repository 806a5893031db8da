using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep;

/// <summary>What a role's processes have as their root directory.</summary>
public enum RootKind
{
    /// <summary><c>/var/empty</c>: nothing at all.</summary>
    Empty,

    /// <summary>The directory that the configuration names (<c>chroot</c>).</summary>
    Configured,

    /// <summary>The host's own tree, with the rights of the role's user.</summary>
    Host,
}

/// <summary>How many processes of a role there are.</summary>
public enum Instances
{
    /// <summary>One.</summary>
    One,

    /// <summary>As many as <c>prefork</c> says.</summary>
    Prefork,
}

/// <summary>When the processes of a role end as the daemon ends.</summary>
public enum StopPhase
{
    /// <summary>First: it has clients, accepts no more, and may finish what it has begun.</summary>
    First,

    /// <summary>When those of the first phase are gone: it works for them.</summary>
    Last,
}

/// <summary>One kind of child process: what it may do and with whom it speaks.</summary>
/// <param name="Name">Such as <c>server</c>; the key of everything that is said of the role.</param>
/// <param name="User">The account as which it runs.</param>
/// <param name="Root">What it has as its root directory.</param>
/// <param name="Syscalls">What it may ask of the kernel once it works.</param>
public sealed record Role(string Name, string User, RootKind Root, SyscallSet Syscalls)
{
    /// <summary>What it may ask of the kernel where its configuration needs it.</summary>
    public IReadOnlyDictionary<Preparation, SyscallSet> Further { get; init; } = ReadOnlyDictionary<Preparation, SyscallSet>.Empty;

    /// <summary>What it keeps of root's rights.</summary>
    public Capabilities Kept { get; init; }

    /// <summary>How many processes there are.</summary>
    public Instances Instances { get; init; }

    /// <summary>
    /// The roles with which each of its processes has a channel of its own; named at one end of the pair only.
    /// </summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Whether the listeners are handed to it.</summary>
    public ListenerUse Listeners { get; init; }

    /// <summary>Whether the log files are handed to it.</summary>
    public LogFileUse LogFiles { get; init; }

    /// <summary>Whether it may keep bytes in files.</summary>
    public SpoolUse Spool { get; init; }

    /// <summary>Memory that each of its processes writes and others read; null for none.</summary>
    public SharedArea? Writes { get; init; }

    /// <summary>The names of areas that it reads: those of all processes that write them.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>Whether it may reload the configuration, end the daemon and the like.</summary>
    public SteeringUse Steering { get; init; }

    /// <summary>Whether it may ask for this.</summary>
    public bool May(SteeringKind kind) => Steering == (kind == SteeringKind.Feed ? SteeringUse.Feeds : SteeringUse.Steers);

    /// <summary>When it hears of a new configuration, and at the start when it begins.</summary>
    public ChangeOrder Order { get; init; }

    /// <summary>When it ends as the daemon ends.</summary>
    public StopPhase StopPhase { get; init; } = StopPhase.Last;

    /// <summary>What a process of it may ask of the kernel once it works.</summary>
    /// <param name="preparation">What its configuration needs.</param>
    public SyscallSet SyscallsOf(Preparation preparation) => Further
        .Where(further => preparation.HasFlag(further.Key))
        .Aggregate(Syscalls, static (allowed, further) => allowed.With(further.Value));

    /// <summary>What ps(1) shows: <c>httpd: logger</c>, or with several processes <c>httpd: server 1</c>.</summary>
    /// <param name="program">The daemon's name.</param>
    /// <param name="instance">From 0; it is shown from 1.</param>
    public string Title(string program, int instance) => $"{program}: {Describe(instance)}";

    /// <summary>The process in a log line: <c>logger</c>, <c>server 1</c>.</summary>
    /// <param name="instance">From 0; it is shown from 1.</param>
    public string Describe(int instance) =>
        Instances == Instances.One ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name} {instance + 1}");
}

/// <summary>Whether a role accepts connections.</summary>
public enum ListenerUse
{
    /// <summary>It gets no listening socket.</summary>
    None,

    /// <summary>Each of its processes gets a listening socket of its own for each address.</summary>
    Accepts,
}

/// <summary>Whether a role may keep in files what memory has no room for.</summary>
public enum SpoolUse
{
    /// <summary>It gets none.</summary>
    None,

    /// <summary>The parent opens one without a name whenever it asks.</summary>
    Files,
}

/// <summary>Whether a role writes log files.</summary>
public enum LogFileUse
{
    /// <summary>It gets none.</summary>
    None,

    /// <summary>It gets all of them, opened by the parent.</summary>
    Writes,
}
