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

    /// <summary>Insertions, deletions and replacements between two words.</summary>
    private static int Distance(string from, string to)
    {
        Span<int> row = stackalloc int[LongestWord + 1];
        for (int i = 0; i <= to.Length; i++)
        {
            row[i] = i;
        }

        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
