using System;

using Sluice.Engine.Loop;

namespace Sluice.Httpd.Notices;

/// <summary>Says how many notices were dropped: the first at once, those of the next minute together.</summary>
internal sealed class DropReport
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private readonly EventLoop _loop;
    private readonly Action<string> _warn;
    private readonly Alarm _silence;
    private long _unsaid;
    private string _reason = "";

    /// <summary>One that has nothing to say.</summary>
    /// <param name="loop">Of this process.</param>
    /// <param name="warn">Where it is said.</param>
    public DropReport(EventLoop loop, Action<string> warn)
    {
        _loop = loop;
        _warn = warn;
        _silence = new Alarm(Say);
    }

    /// <summary>Counts.</summary>
    /// <param name="count">How many.</param>
    /// <param name="reason">Why; of several reasons within a minute the last is said.</param>
    public void Add(long count, string reason)
    {
        _unsaid += count;
        _reason = reason;
        if (!_silence.IsArmed)
        {
            Say();
        }
    }

    private void Say()
    {
        if (_unsaid > 0)
        {
            _warn($"notices of refused requests dropped: {_unsaid}: {_reason}");
            _unsaid = 0;
            _silence.Arm(_loop.Timeouts(_period));
        }
    }
}
