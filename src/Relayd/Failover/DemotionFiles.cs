using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Daemon.Logging;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Failover;

/// <summary>
/// The files that keepalived(8) tracks: one for each group, with the count of its demotions as a decimal number and a newline. Of the control socket
/// <c>/var/run/relayd.sock</c> that of the group carp is <c>/var/run/relayd.carp.demote</c>: so two daemons have different ones.
/// </summary>
/// <remarks>For the parent alone, which may write there. A file is replaced as a whole, so that nobody reads a part of it.</remarks>
/// <param name="socket">The path of the control socket.</param>
/// <param name="log">Where changes are said.</param>
internal sealed class DemotionFiles(string socket, Log log)
{
    private const string Suffix = ".demote";

    private readonly string _prefix = Path.ChangeExtension(socket, extension: null) + ".";

    // What the files say; null where that is no number.
    private Dictionary<string, int?>? _written;
    private bool _hasFailed;

    /// <summary>Writes what has changed, and zeros into the files of groups that there are no more, those of a daemon that was killed among them.</summary>
    /// <param name="counts">By group.</param>
    public void Write(IReadOnlyDictionary<string, int> counts)
    {
        try
        {
            _written ??= Read();
            foreach (string group in _written.Keys.Where(group => !counts.ContainsKey(group)).ToArray())
            {
                Write(group, 0);
                _ = _written.Remove(group);
            }

            foreach ((string group, int count) in counts)
            {
                Write(group, count);
            }

            _hasFailed = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
            {
                log.Error($"whether groups are demoted cannot be written: {failure.Message}");
            }

            _hasFailed = true;
        }
    }

    private Dictionary<string, int?> Read()
    {
        Dictionary<string, int?> found = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(_prefix)!, $"{Path.GetFileName(_prefix)}*{Suffix}"))
        {
            string group = path[_prefix.Length..^Suffix.Length];
            if (Table.IsGroup(group))
            {
                found[group] = int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
            }
        }

        return found;
    }

    private void Write(string group, int count)
    {
        bool isKnown = _written!.TryGetValue(group, out int? before);
        if (isKnown && before == count)
        {
            return;
        }

        string path = $"{_prefix}{group}{Suffix}";
        string next = $"{path}.new";
        File.Delete(next);
        using (FileStream file = new(next, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{count}\n")));
        }

        File.Move(next, path, overwrite: true);
        _written[group] = count;
        if (count != (before ?? 0))
        {
            log.Info($"{(count > (before ?? 0) ? "incremented" : "decremented")} the demote state of group '{group}'");
        }
    }
}
