using Sluice.Engine.Processes;

namespace Sluice.Relayd.Relaying;

/// <summary>How many sessions the relays of one process have and had, in memory that it alone writes and others read without a message (R-RELAY-60, D-16).</summary>
/// <param name="pages">The memory of <see cref="Daemon.Privsep.Roles.RelayCounters"/>, one for each relay process; who writes needs it for writing.</param>
internal sealed class RelayBoard(SharedPages pages)
{
    private const int NumbersOfPlace = 8;
    private const int TotalIndex = 0;
    private const int OpenIndex = 1;
    private const int DroppedIndex = 2;

    /// <summary>How many places there are, from 0.</summary>
    public static int Places => Daemon.Privsep.Roles.RelayCounters.Count / NumbersOfPlace;

    /// <summary>How many sessions a relay had, over the lives of all processes that wrote here.</summary>
    public long Total(int place) => pages.Read((place * NumbersOfPlace) + TotalIndex);

    /// <summary>How many it has.</summary>
    public long Open(int place) => pages.Read((place * NumbersOfPlace) + OpenIndex);

    /// <summary>How many datagrams were dropped that were no queries, or answers to none.</summary>
    public long Dropped(int place) => pages.Read((place * NumbersOfPlace) + DroppedIndex);

    /// <summary>A datagram was dropped.</summary>
    public void Drop(int place) => pages.Add((place * NumbersOfPlace) + DroppedIndex, 1);

    /// <summary>A session began.</summary>
    public void Began(int place)
    {
        pages.Add((place * NumbersOfPlace) + TotalIndex, 1);
        pages.Add((place * NumbersOfPlace) + OpenIndex, 1);
    }

    /// <summary>A session ended.</summary>
    public void Ended(int place) => pages.Add((place * NumbersOfPlace) + OpenIndex, -1);

    /// <summary>The sessions of a process that died are no more.</summary>
    public void Reset(int place) => pages.Write((place * NumbersOfPlace) + OpenIndex, 0);
}
