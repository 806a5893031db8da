using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Relayd.Health;

/// <summary>
/// Begins checks, not more at a time than there are descriptors for, and few in a turn of the loop: whoever else wants something of the process, such as an
/// operator's command, has it between them.
/// </summary>
internal sealed class Launcher
{
    private const int MostPerTurn = 32;

    private readonly EventLoop _loop;
    private readonly int _most;
    private readonly Func<ValueTask> _begin;
    private readonly Queue<CheckedHost> _waiting = new();
    private int _running;
    private bool _isPumping;

    /// <summary>Makes one.</summary>
    /// <param name="loop">The loop of the process.</param>
    /// <param name="most">How many checks run at a time, at least 1.</param>
    public Launcher(EventLoop loop, int most)
    {
        _loop = loop;
        _most = most;
        _begin = Begin;
    }

    /// <summary>Its check is to begin.</summary>
    /// <param name="host">Idle.</param>
    public void Add(CheckedHost host)
    {
        host.Phase = CheckPhase.Waiting;
        _waiting.Enqueue(host);
        Pump();
    }

    /// <summary>A check has ended.</summary>
    public void End(CheckedHost host)
    {
        host.Phase = CheckPhase.Idle;
        _running--;
        Pump();
    }

    private void Pump()
    {
        if (!_isPumping && _waiting.Count > 0 && _running < _most)
        {
            _isPumping = true;
            _loop.Spawn(_begin);
        }
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Begin()
    {
        while (_waiting.Count > 0 && _running < _most)
        {
            for (int count = 0; count < MostPerTurn && _running < _most && _waiting.TryDequeue(out CheckedHost? host); count++)
            {
                Begin(host);
            }

            await _loop.NextTurn();
        }

        _isPumping = false;
    }

    private void Begin(CheckedHost host)
    {
        host.Phase = CheckPhase.Running;
        _running++;
        _loop.Spawn(host.Check);
    }
}
