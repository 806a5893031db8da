using System;
using System.Collections.Generic;

namespace Sluice.Configuration;

/// <summary>Guesses what a misspelled word was meant to be.</summary>
public static class Spelling
{
    private const int LongestWord = 32;

    /// <summary>The candidate that differs in the fewest letters, at most a third of the word; null where none is near.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What could have been written.</param>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        string? nearest = null;
        int least = Math.Min(2, word.Length / 3) + 1;
        if (word.Length > LongestWord)
        {
            return null;
        }

        foreach (string candidate in candidates)
        {
            int distance = candidate.Length > LongestWord ? least : Distance(word, candidate);
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words.</summary>
    private static int Distance(string from, string to)
    {
        // Three rows of the table: the one being filled, and the two above it.
        Span<int> beforeLast = stackalloc int[LongestWord + 1];
        Span<int> last = stackalloc int[LongestWord + 1];
        Span<int> row = stackalloc int[LongestWord + 1];
        for (int i = 0; i <= to.Length; i++)
        {
            row[i] = i;
        }

        for (int i = 1; i <= from.Length; i++)
        {
            Span<int> free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                bool isSwapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                row[j] = int.Min(int.Min(replaced, isSwapped ? beforeLast[j - 2] + 1 : replaced), int.Min(last[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
