using System;
using System.Collections.Generic;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration;

/// <summary>A file of keys for a rule: one a line up to the first blank, comments with # (R-FILTER-07).</summary>
internal static class RuleFile
{
    /// <summary>The keys in order; null where the file cannot be read or has none.</summary>
    public static IReadOnlyList<string>? Keys(string path, IHostFacts host)
    {
        if (host.Read(path) is not { } bytes)
        {
            return null;
        }

        List<string> keys = [];
        foreach (string line in Bytes.Text(bytes).Split('\n'))
        {
            int blank = line.AsSpan().IndexOfAny(" \t\r\v\f");
            string key = blank < 0 ? line : line[..blank];
            if (key.Length > 0 && key[0] != '#')
            {
                keys.Add(key);
            }
        }

        return keys.Count > 0 ? keys : null;
    }
}
