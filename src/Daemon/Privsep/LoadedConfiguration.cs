using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep;

/// <summary>A socket that a configuration listens on.</summary>
/// <param name="Key">
/// Names it for the program, from one reload to the next; no two requests of a configuration have the same.
/// </param>
/// <param name="Address">Where.</param>
/// <param name="Options">How. A reload that changes them replaces the socket.</param>
public sealed record ListenRequest(string Key, SocketAddress Address, ListenOptions Options);

/// <summary>What the parent needs of a configuration that was read and found right; the rest is the roles' own.</summary>
public sealed record LoadedConfiguration
{
    /// <summary>How many processes of each role of <see cref="Instances.Prefork"/>, at least 1. Changes at restart.</summary>
    public required int Prefork { get; init; }

    /// <summary>Where to listen.</summary>
    public required IReadOnlyList<ListenRequest> Listeners { get; init; }

    /// <summary>
    /// For each role that the configuration uses, what it may know of it: the program's own format, any length. A role
    /// that is not here is not started. The parent has only the descriptor, and successors of dead children get the same.
    /// </summary>
    public required IReadOnlyDictionary<string, SealedMemory> Payloads { get; init; }

    /// <summary>
    /// For each role, what its processes must have loaded; a role that is not here needs nothing. A process that has loaded less than a
    /// reload demands is replaced, and leaves with the next answer of each of its connections.
    /// </summary>
    public IReadOnlyDictionary<string, Preparation> Preparations { get; init; } = ReadOnlyDictionary<string, Preparation>.Empty;

    /// <summary>The root directory of roles of <see cref="RootKind.Configured"/>, absolute. Changes at restart.</summary>
    public string Root { get; init; } = "/var/empty";

    /// <summary>
    /// Log files, absolute and each once: opened by the parent to append, created where they are missing, and handed to
    /// the role that writes them in this order.
    /// </summary>
    public IReadOnlyList<string> LogFiles { get; init; } = [];

    /// <summary>What is not wrong but worth saying; logged when the configuration comes into use.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What there is to say of it that is not worth a warning; logged when it comes into use. Empty for nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>What is to be said later, while the configuration is in use; in order of time.</summary>
    public IReadOnlyList<Reminder> Reminders { get; init; } = [];

    /// <summary>Files that are opened when a role asks; null for none.</summary>
    public FilesOnRequest? Files { get; init; }

    /// <summary>The role that may ask for sockets that have others' addresses (<see cref="TransparentSocket"/>); null for none.</summary>
    public string? TransparentRole { get; init; }

    /// <summary>What a role may have the parent connect to; null for nothing.</summary>
    public ServiceOnRequest? Service { get; init; }

    /// <summary>Files that may be replaced while the configuration is in use; null for none.</summary>
    public WatchedFiles? Watched { get; init; }

    /// <summary>What changes while the configuration is in use; null for nothing.</summary>
    public Supplement? Supplement { get; init; }

    /// <summary>How often <see cref="Program.DaemonProgram.Tick"/> is called.</summary>
    public TimeSpan TickPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What roles are given under a name.</summary>
    public IReadOnlyList<DescriptorRequest> Descriptors { get; init; } = [];

    /// <summary>How often <c>-v</c> counts as given while it is in use; null for as often as it was.</summary>
    public int? Verbosity { get; init; }

    /// <summary>What it was made of, where the program needs that again.</summary>
    public object? Source { get; init; }

    /// <summary>It is not used, or not any more: closes this process' descriptors of the payloads.</summary>
    public void Release()
    {
        foreach (SealedMemory payload in Payloads.Values)
        {
            payload.Dispose();
        }
    }
}

/// <summary>A warning that becomes true with time.</summary>
/// <param name="Due">When.</param>
/// <param name="Text">What the log says then.</param>
public readonly record struct Reminder(DateTimeOffset Due, string Text);
