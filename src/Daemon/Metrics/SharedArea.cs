using Sluice.Engine.Processes;

namespace Sluice.Daemon.Metrics;

/// <summary>
/// Numbers in memory that a process of one role writes and processes of other roles read without a message. The parent makes it when somebody needs it first; it is kept
/// over reloads and over deaths, so that a successor finds what was written before.
/// </summary>
/// <param name="Name">Names it within the daemon.</param>
/// <param name="Count">How many numbers; those that were never written are 0 and take no memory.</param>
public sealed record SharedArea(string Name, int Count)
{
    internal SharedPages Create() => SharedPages.Create(Name, Count, CounterSpacing.Dense);

    internal static SharedPages Adopt(int descriptor, int count, PageAccess access) => SharedPages.Adopt(descriptor, count, access, CounterSpacing.Dense);
}
