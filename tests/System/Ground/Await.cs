using System;
using System.Diagnostics;
using System.Threading;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>Waiting: for a condition, with a deadline. Nothing waits for a time to pass.</summary>
internal static class Await
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until it holds; fails with these words at the deadline.</summary>
    public static void Until(Func<bool> holds, string what) => Until(holds, Usual, () => what);

    /// <summary>Waits until it holds; fails at the deadline with the words that are true then.</summary>
    public static void Until(Func<bool> holds, TimeSpan limit, Func<string> what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed > limit)
            {
                throw new XunitException($"not within {limit.TotalSeconds} s: {what()}");
            }

            Thread.Sleep(_look);
        }
    }
}
