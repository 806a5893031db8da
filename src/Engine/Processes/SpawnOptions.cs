using System.Collections.Generic;

namespace Sluice.Engine.Processes;

/// <summary>Where a child's standard input, output and error go.</summary>
public enum StandardStreams
{
    /// <summary>Where this process' own go.</summary>
    Inherited,

    /// <summary>To and from /dev/null.</summary>
    Null,
}

/// <summary>The process group and session of a child.</summary>
public enum ProcessGroup
{
    /// <summary>This process' own.</summary>
    Inherited,

    /// <summary>A new group in this session: one signal reaches the child and all that it starts.</summary>
    New,

    /// <summary>A new session, without a controlling terminal; setsid(2).</summary>
    NewSession,
}

/// <summary>How a child is started; all that is not named here it does not get.</summary>
/// <param name="Title">What ps(1) shows in the place of the program, such as "httpd: server 1".</param>
/// <param name="Environment">NAME=value, the whole of it.</param>
public sealed record SpawnOptions(string Title, IReadOnlyList<string> Environment)
{
    /// <summary>The file to execute, or null for this program itself.</summary>
    public string? File { get; init; }

    /// <summary>What Main gets.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Descriptors of this process that the child finds from number 3 on, in this order; it gets no others but the
    /// standard streams. This process keeps its own.
    /// </summary>
    public IReadOnlyList<int> Descriptors { get; init; } = [];

    /// <summary>Where its standard streams go.</summary>
    public StandardStreams Streams { get; init; }

    /// <summary>Its process group.</summary>
    public ProcessGroup Group { get; init; }
}
