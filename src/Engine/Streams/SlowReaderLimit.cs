using System.Diagnostics;

using Sluice.Engine.Loop;

namespace Sluice.Engine.Streams;

/// <summary>Watches over one wait for output: in each period the peer has to take a minimum.</summary>
internal sealed class SlowReaderLimit(Connection connection) : Deadline
{
    private DeadlineQueue? _period;
    private int _minimumBytes;

    // How much was sent when the period began.
    private long _begin;

    public void Start(DeadlineQueue period, int minimumBytes)
    {
        (_period, _minimumBytes, _begin) = (period, minimumBytes, connection.Sent);
        Arm(period);
    }

    protected internal override void OnExpired()
    {
        Debug.Assert(_period is not null, "it was started");
        if (connection.Sent - _begin >= _minimumBytes)
        {
            Start(_period, _minimumBytes);
        }
        else
        {
            connection.ExpireOutput();
        }
    }
}
