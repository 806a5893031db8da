using System;
using System.Diagnostics;

using Sluice.Engine.Passwords;

namespace Sluice.Htpasswd;

/// <summary>How costly a hash is made: as costly as this machine can bear (H-AUTH-13).</summary>
internal static class HashCost
{
    /// <summary>The lowest cost that is used, however slow the machine is.</summary>
    public const int Least = 8;

    /// <summary>The highest; above it nobody wants to wait for a page.</summary>
    public const int Most = 14;

    private const int Samples = 3;
    private static readonly TimeSpan _bearable = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes the time of the cheapest hash.</summary>
    public static int Measure()
    {
        PasswordHash hash = new();
        Span<byte> ignored = stackalloc byte[PasswordHash.LongestHash];
        TimeSpan shortest = TimeSpan.MaxValue;
        for (int sample = 0; sample < Samples; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = hash.Hash("measured"u8, Least, ignored);
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            shortest = taken < shortest ? taken : shortest;
        }

        return Of(shortest);
    }

    /// <summary>Each step doubles the time.</summary>
    /// <param name="least">What a hash of the lowest cost takes.</param>
    public static int Of(TimeSpan least)
    {
        int cost = Least;
        for (TimeSpan taken = least * 2; cost < Most && taken <= _bearable; taken *= 2)
        {
            cost++;
        }

        return cost;
    }
}
