using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Engine.Processes;

namespace Sluice.Daemon.Program;

/// <summary>What our processes have in their environment, and how they know by it what they are.</summary>
internal static class ProcessEnvironment
{
    /// <summary>The value of <see cref="Role"/> in the parent.</summary>
    public const string Parent = "parent";

    /// <summary>The value of <see cref="Role"/> in the process that looks up the names of one configuration.</summary>
    public const string Resolver = "names";

    private const string RoleVariable = "SLUICE_ROLE";
    private const string InstanceVariable = "SLUICE_INSTANCE";
    private const string StateVariable = "SLUICE_STATE";

    // All that a child keeps of what the operator's shell or init has; the runtime's directory for where it is not in
    // its usual place.
    private static readonly string[] _kept = ["PATH", "TZ", "LANG"];
    private const string RuntimeDirectory = "DOTNET_ROOT";

    // On one processor the runtime waits ten times as long, 1 s without news, before it compiles what is hot: twice, as it
    // measures in between. That made the first seconds of a pinned worker ten times as expensive.
    private const string SoonCompiled = "DOTNET_TC_DelaySingleProcMultiplier=1";

    // What is hot is counted once nothing new was called for 50 ms (hexadecimal 32) in place of 100: a worker that gets its first load
    // calls something new again and again (docs/decisions/0037).
    private const string CountedSoon = "DOTNET_TC_CallCountingDelayMs=32";

    // What little is allocated dies soon. Left to itself the runtime lets up to 200 MiB of it gather, always in memory that no cache
    // knows, before it looks; 1 MiB (hexadecimal) stays in the processor's own.
    private const string SoonCollected = "DOTNET_GCgen0size=100000";

    // The parent speaks to systemd, its children do not.
    private const string NotifySocketVariable = "NOTIFY_SOCKET";

    /// <summary>The role of this process, <see cref="Parent"/>, <see cref="Resolver"/>, or null in a process that somebody else started.</summary>
    public static string? Role => Environment.GetEnvironmentVariable(RoleVariable);

    /// <summary>Which process of its role this is, from 0.</summary>
    public static int Instance => Number(InstanceVariable) ?? 0;

    /// <summary>The descriptor of the state that a parent left to itself before it executed itself anew.</summary>
    public static int? StateDescriptor => Number(StateVariable);

    /// <summary>Where systemd wants to be told, or null.</summary>
    public static string? NotifySocket => Environment.GetEnvironmentVariable(NotifySocketVariable);

    /// <summary>The environment of a parent.</summary>
    /// <param name="stateDescriptor">What it is to carry on with, or null.</param>
    public static IReadOnlyList<string> OfParent(int? stateDescriptor) =>
    [
        .. Kept(),
        $"{RoleVariable}={Parent}",
        .. NotifySocket is { } socket ? [$"{NotifySocketVariable}={socket}"] : Array.Empty<string>(),
        .. stateDescriptor is { } state
            ? [string.Create(CultureInfo.InvariantCulture, $"{StateVariable}={state}")]
            : Array.Empty<string>(),
    ];

    /// <summary>The environment of a child.</summary>
    public static IReadOnlyList<string> OfChild(string role, int instance) =>
    [
        .. Kept(),
        CountedSoon,
        $"{RoleVariable}={role}",
        string.Create(CultureInfo.InvariantCulture, $"{InstanceVariable}={instance}"),
    ];

    private static IEnumerable<string> Kept() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
            .Where(variable => _kept.Contains(variable.Name, StringComparer.Ordinal)
                || variable.Name.StartsWith(RuntimeDirectory, StringComparison.Ordinal))
            .Select(variable => $"{variable.Name}={variable.Value}")
            .Append(DiagnosticsSockets.Disabled)
            .Append(SoonCompiled)
            .Append(SoonCollected);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
