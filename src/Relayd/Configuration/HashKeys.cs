using System;
using System.Linq;

using Sluice.Engine;

namespace Sluice.Relayd.Configuration;

/// <summary>Keys for the modes that hash where the text names none (R-TABLE-13).</summary>
internal static class HashKeys
{
    private const int Length = 16;

    /// <summary>The same configuration with a key wherever a mode hashes: drawn by the parent once, so that all relay processes send a client to the same host.</summary>
    public static RelaydConfiguration Draw(RelaydConfiguration configuration) => configuration with
    {
        Redirects = [.. configuration.Redirects.Select(static redirect => redirect with
        {
            Table = Draw(redirect.Table),
            Backup = redirect.Backup is { } backup ? Draw(backup) : null,
        })],
        Relays = [.. configuration.Relays.Select(static relay => relay with
        {
            Forward = relay.Forward with { Tables = [.. relay.Forward.Tables.Select(Draw)] },
        })],
    };

    private static TableUse Draw(TableUse use)
    {
        if (use.Key.Count > 0 || use.Mode is not (ScheduleMode.SourceHash or ScheduleMode.LoadBalance or ScheduleMode.Hash))
        {
            return use;
        }

        Span<byte> key = stackalloc byte[Length];
        SystemRandom.Fill(key);
        return use with { Key = [.. key] };
    }
}
