using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Loop;

namespace Sluice.Daemon.Names;

/// <summary>In the resolver: what looks at sources, side by side and beside the loop.</summary>
/// <param name="loop">The process'.</param>
internal sealed class Lookups(EventLoop loop)
{
    // A name server that does not answer holds one of these for many seconds.
    private const int MostAtOnce = 16;

    private readonly Queue<(HostFinder Finder, Action<HostAnswer?> Done)> _waiting = [];

    // They start with their first piece of work.
    private readonly Stack<WorkThread> _idle = new(Enumerable.Range(0, MostAtOnce).Select(_ => new WorkThread(loop, WorkPriority.Equal)));

    /// <summary>Looks at a source as soon as there is a thread.</summary>
    /// <param name="finder">Looks; it is looked with once at a time.</param>
    /// <param name="done">Hears of it, on the loop.</param>
    public void Begin(HostFinder finder, Action<HostAnswer?> done)
    {
        if (_idle.Count > 0)
        {
            Begin(_idle.Pop(), finder, done);
        }
        else
        {
            _waiting.Enqueue((finder, done));
        }
    }

    private void Begin(WorkThread thread, HostFinder finder, Action<HostAnswer?> done)
    {
        HostAnswer? answer = null;
        thread.Begin(
            () => answer = finder.Look(),
            () =>
            {
                if (_waiting.TryDequeue(out (HostFinder Finder, Action<HostAnswer?> Done) next))
                {
                    Begin(thread, next.Finder, next.Done);
                }
                else
                {
                    _idle.Push(thread);
                }

                done(answer);
            });
    }
}
