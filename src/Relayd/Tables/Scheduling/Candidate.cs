namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>A host as schedulers see it.</summary>
/// <param name="Place">Where its health stands.</param>
/// <param name="Weight">Its share of the sessions, from 1, beside those of the others.</param>
/// <param name="Identity">The same for the same host in every process and after every reload; another for each host of a table.</param>
internal readonly record struct Candidate(int Place, int Weight, ulong Identity);
