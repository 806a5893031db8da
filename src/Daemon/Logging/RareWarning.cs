using System;

using Sluice.Engine.Loop;

namespace Sluice.Daemon.Logging;

/// <summary>A warning that clients could cause at will: said once a minute, with how often it was true meanwhile.</summary>
public sealed class RareWarning(EventLoop loop, Log log)
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private TimeSpan _silentUntil = TimeSpan.MinValue;
    private long _unsaid;

    /// <summary>Says it, or counts it.</summary>
    public void Say(string what)
    {
        if (loop.Now < _silentUntil)
        {
            _unsaid++;
            return;
        }

        log.Warning(_unsaid == 0 ? what : $"{what}; {_unsaid} more like it since the last of these lines");
        _silentUntil = loop.Now + _period;
        _unsaid = 0;
    }
}
