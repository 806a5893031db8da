using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>Times: seconds, but milliseconds for what a check may take (R-CONF-18).</summary>
internal static class Durations
{
    public static TimeSpan Interval(TokenReader reader) =>
        TimeSpan.FromSeconds(Read(reader, "An interval in seconds", "invalid interval: {0}"));

    public static TimeSpan CheckTimeout(TokenReader reader) =>
        TimeSpan.FromMilliseconds(Read(reader, "A timeout in milliseconds", "invalid timeout: {0}"));

    /// <summary>"timeout" number, behind "session"</summary>
    public static TimeSpan SessionTimeout(TokenReader reader)
    {
        reader.ExpectKeyword("timeout");
        long seconds = Numbers.Read(reader, "A timeout in seconds", 0, long.MaxValue, "invalid timeout: {0}");
        if (seconds > int.MaxValue)
        {
            reader.Error(reader.Previous, $"timeout too large: {seconds}", $"A timeout is at most {int.MaxValue} seconds.");
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
    }

    private static long Read(TokenReader reader, string what, string message) =>
        Math.Min(int.MaxValue, Numbers.Read(reader, what, 0, long.MaxValue, message));
}
