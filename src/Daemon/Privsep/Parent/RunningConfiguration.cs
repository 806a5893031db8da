using System;
using System.Collections.Generic;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>A configuration in use, with what was opened for it; a successor of any child is given its part of this.</summary>
/// <param name="Generation">1 at start, one more with each reload.</param>
/// <param name="Loaded">What was read.</param>
/// <param name="Listeners">All of its listeners.</param>
/// <param name="LogFiles">All of its log files, in their order.</param>
internal sealed record RunningConfiguration(
    uint Generation,
    LoadedConfiguration Loaded,
    IReadOnlyList<OpenListener> Listeners,
    IReadOnlyList<AppendFile> LogFiles)
{
    /// <summary>The directory of <see cref="RootKind.Configured"/> that is used.</summary>
    public required string Root { get; init; }

    /// <summary>What its <see cref="LoadedConfiguration.Supplement"/> was made last.</summary>
    public ReadOnlyMemory<byte> News { get; init; }

    /// <summary>What was opened for roles under a name.</summary>
    public required DescriptorTable Descriptors { get; init; }

    /// <summary>What the processes of a role must have loaded.</summary>
    public Preparation PreparationOf(Role role) => Loaded.Preparations.GetValueOrDefault(role.Name);
}
