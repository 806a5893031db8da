using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Sluice.Engine.Loop;

/// <summary>Watches one session until it ends: the one place that catches what escapes it. Pooled by the loop.</summary>
internal sealed class SpawnedSession
{
    private readonly EventLoop _loop;
    private readonly Action _completed;
    private ValueTask _session;
    private object? _state;
    private Action<object>? _ended;

    public SpawnedSession(EventLoop loop)
    {
        _loop = loop;
        _completed = End;
    }

    public void Start(Func<object, ValueTask> session, object state, Action<object> ended)
    {
        _state = state;
        _ended = ended;
#pragma warning disable CA1031, CA2012 // The one place that may keep a task until its end. What escapes a session must not end the others.
        try
        {
            _session = session(state);
        }
        catch (Exception failure)
        {
            _session = ValueTask.FromException(failure);
        }
#pragma warning restore CA1031, CA2012

        ValueTaskAwaiter awaiter = _session.GetAwaiter();
        if (awaiter.IsCompleted)
        {
            End();
        }
        else
        {
            awaiter.UnsafeOnCompleted(_completed);
        }
    }

    private void End()
    {
        (object state, Action<object> ended, ValueTask session) = (_state!, _ended!, _session);
        (_state, _ended, _session) = (null, null, default);
        _loop.Recycle(this);
#pragma warning disable CA1031 // As above.
        try
        {
            session.GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            _loop.Report(failure);
        }
#pragma warning restore CA1031

        ended(state);
    }
}
