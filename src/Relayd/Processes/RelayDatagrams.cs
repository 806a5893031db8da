using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Io;
using Sluice.Relayd.Datagrams;
using Sluice.Relayd.Relaying;

namespace Sluice.Relayd.Processes;

/// <summary>The relays of datagrams of a relay process, by the sockets that its parent gave it.</summary>
/// <param name="context">What the process was given.</param>
/// <param name="worker">What all its relays share.</param>
internal sealed class RelayDatagrams(ChildContext context, RelayWorker worker)
{
    private readonly Dictionary<int, DatagramRelay> _relays = [];
    private readonly List<DatagramRelay> _retired = [];

    /// <summary>Whether one that is configured no more takes queries still.</summary>
    public bool IsRetiring => _retired.Exists(static relay => !relay.IsClosed);

    /// <summary>A socket is a relay's, whose configuration may be a new one.</summary>
    public void Listen(InheritedListener inherited, ServedRelay relay)
    {
        if (_relays.TryGetValue(inherited.Id, out DatagramRelay? known))
        {
            known.Take(relay);
            return;
        }

        context.Log.Debug($"relay_launch: running relay {relay.Name}");
        _relays.Add(inherited.Id, new DatagramRelay(worker.Queries, DatagramSocket.Adopt(context.Loop, inherited.Descriptor), relay));
    }

    /// <summary>Closes in a moment what no configuration has any more (D-12).</summary>
    /// <param name="wanted">The sockets that one has.</param>
    public void RetireOthers(HashSet<int> wanted)
    {
        _ = _retired.RemoveAll(static each => each.IsClosed);
        foreach (int id in _relays.Keys.Where(id => !wanted.Contains(id)).ToArray())
        {
            _relays.Remove(id, out DatagramRelay? relay);
            relay!.Retire();
            _retired.Add(relay);
        }
    }

    /// <summary>A successor takes queries now from those of its sockets; answers to those that were asked here are still sent.</summary>
    public void Leave(IReadOnlyCollection<int> succeeded)
    {
        foreach (int id in succeeded)
        {
            if (_relays.Remove(id, out DatagramRelay? relay))
            {
                relay.Release();
            }
        }

        RetireOthers([]);
    }

    /// <summary>Closes all.</summary>
    public void Close()
    {
        foreach (DatagramRelay relay in _relays.Values.Concat(_retired))
        {
            relay.Close();
        }
    }
}
