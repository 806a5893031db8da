using System;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Relayd.Relaying;

/// <summary>A body that is on its way while its session does something else.</summary>
/// <param name="session">The session.</param>
/// <param name="ended">Called when it is over.</param>
internal sealed class SideTransfer(RelaySession session, Action ended)
{
    private static readonly Func<object, ValueTask> _run = static side => ((SideTransfer)side).Run();
    private static readonly Action<object> _over = static side => ((SideTransfer)side).End();

    private readonly Waiter _isOver = new();
    private BodyTransfer? _body;
    private PipePool? _pipes;

    /// <summary>Whether it is not over yet: both connections may be used by it.</summary>
    public bool IsRunning => _body is not null;

    /// <summary>Starts; it may be over when this returns.</summary>
    /// <param name="body">Begun.</param>
    /// <param name="pipes">For splicing; null to copy only.</param>
    public void Start(BodyTransfer body, PipePool? pipes)
    {
        (_body, _pipes) = (body, pipes);
        body.Loop.Spawn(_run, this, _over);
    }

    /// <summary>Waits until it is over.</summary>
    public async ValueTask Over()
    {
        if (IsRunning)
        {
            _ = await _isOver.Wait();
        }
    }

    private ValueTask Run() => _body!.Run(session, _pipes);

    private void End()
    {
        _body = null;
        ended();
        _isOver.Complete(Wake.Ready);
    }
}
