namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>Chooses one of the hosts of a table for a session (R-SCHED-01 to -13). Each process has its own for each relay and table.</summary>
internal abstract class Scheduler
{
    /// <summary>Chooses a host that may serve.</summary>
    /// <param name="hash">The digest of what the mode goes by; of no matter for modes that hash nothing.</param>
    /// <returns>Which host of the table, from 0; null where none may serve.</returns>
    public abstract int? Pick(ulong hash);
}
