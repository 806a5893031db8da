using System;
using System.Collections.Generic;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>Deaths within the last minute, of one process and its predecessors or of a whole role.</summary>
internal sealed class DeathRecord
{
    /// <summary>So many deaths of one role within a minute end the daemon.</summary>
    public const int MostPerMinute = 10;

    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _deaths = new();

    /// <summary>Whether there were too many.</summary>
    public bool IsFull => _deaths.Count >= MostPerMinute;

    /// <summary>How long the successor has to wait: not at all after a first death, then longer each time.</summary>
    public TimeSpan Pause
    {
        get
        {
            if (_deaths.Count <= 1)
            {
                return TimeSpan.Zero;
            }

            TimeSpan pause = _firstPause * Math.Pow(2, _deaths.Count - 2);
            return pause < _longestPause ? pause : _longestPause;
        }
    }

    public void Add(TimeSpan now)
    {
        while (_deaths.TryPeek(out TimeSpan earliest) && earliest <= now - _memory)
        {
            _ = _deaths.Dequeue();
        }

        _deaths.Enqueue(now);
    }
}
