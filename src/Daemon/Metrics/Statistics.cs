using System;

using Sluice.Engine.Processes;

namespace Sluice.Daemon.Metrics;

/// <summary>The counters of one process, in memory that it alone writes and that others read without a message.</summary>
public sealed class Statistics : IDisposable
{
    /// <summary>The first counter that is the program's own; those below are the ones here.</summary>
    public const int FirstOfProgram = 8;

    /// <summary>How many counters a process has.</summary>
    public const int Count = 256;

    private const int HeartbeatIndex = 0;
    private const int DroppedLogLinesIndex = 1;
    private const int FailedSessionsIndex = 2;

    private readonly SharedPages _pages;

    private Statistics(SharedPages pages)
    {
        _pages = pages;
    }

    /// <summary>Turns of the process' clock, a second each; one that stands still is stuck.</summary>
    public long Heartbeat => _pages.Read(HeartbeatIndex);

    /// <summary>Log lines that found no room.</summary>
    public long DroppedLogLines => _pages.Read(DroppedLogLinesIndex);

    /// <summary>Sessions that an exception ended.</summary>
    public long FailedSessions => _pages.Read(FailedSessionsIndex);

    internal int Descriptor => _pages.Descriptor;

    /// <summary>A counter of the program.</summary>
    /// <param name="index"><see cref="FirstOfProgram"/> to <see cref="Count"/> - 1.</param>
    public long Read(int index) => _pages.Read(index);

    /// <summary>Adds to a counter of the program; in the process whose counters these are.</summary>
    /// <inheritdoc cref="Read"/>
    public void Add(int index, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, FirstOfProgram);
        _pages.Add(index, amount);
    }

    /// <summary>Sets a counter of the program; in the process whose counters these are.</summary>
    /// <inheritdoc cref="Read"/>
    public void Write(int index, long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, FirstOfProgram);
        _pages.Write(index, value);
    }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    internal static Statistics Create(string name) => new(SharedPages.Create(name, Count));

    internal static Statistics Adopt(int descriptor) => new(SharedPages.Adopt(descriptor, Count, PageAccess.ReadAndWrite));

    internal void Beat() => _pages.Add(HeartbeatIndex, 1);

    internal void CountDroppedLogLines(long lines) => _pages.Add(DroppedLogLinesIndex, lines);

    internal void CountFailedSession() => _pages.Add(FailedSessionsIndex, 1);
}
