using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>In a child that accepts: its listeners, which follow what the parent has opened. One that is configured no more answers what waits on it, and is closed then (D-12).</summary>
/// <param name="loop">The loop that the listeners live on.</param>
public sealed class ListenerSet(EventLoop loop)
{
    // Between two looks whether removed ones are closed.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<int, Listener> _listeners = [];
    private readonly List<Listener> _retired = [];

    /// <summary>Whether it accepts from the socket of that id.</summary>
    public bool Has(int id) => _listeners.ContainsKey(id);

    /// <summary>Accepts from a socket.</summary>
    /// <param name="inherited">The socket; none that it has.</param>
    /// <param name="serve">Serves a connection to its end.</param>
    /// <param name="options">How.</param>
    public void Add(InheritedListener inherited, Func<Connection, ValueTask> serve, ListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(inherited);
        _listeners.Add(inherited.Id, new Listener(loop, inherited.Descriptor, serve, options));
    }

    /// <summary>Retires all but those that are wanted.</summary>
    public void RetireOthers(IReadOnlySet<int> wanted)
    {
        foreach (int id in _listeners.Keys.Where(id => !wanted.Contains(id)).ToArray())
        {
            _listeners.Remove(id, out Listener? listener);
            listener!.Retire();
            _ = _retired.RemoveAll(static each => each.IsClosed);
            _retired.Add(listener);
        }
    }

    /// <summary>Leaves those to a successor that has them, retires the others, and waits until none is left.</summary>
    /// <param name="succeeded">The ids of those that a successor accepts from now.</param>
    /// <param name="waitsForMore">Whether something else is to be waited for; null for nothing.</param>
    public async ValueTask Leave(IReadOnlyCollection<int> succeeded, Func<bool>? waitsForMore = null)
    {
        ArgumentNullException.ThrowIfNull(succeeded);
        foreach (int id in succeeded)
        {
            if (_listeners.Remove(id, out Listener? listener))
            {
                listener.Release();
            }
        }

        RetireOthers(new HashSet<int>());
        while (_retired.Exists(static listener => !listener.IsClosed) || waitsForMore?.Invoke() == true)
        {
            await loop.Sleep(_patience);
        }
    }

    /// <summary>Accepts what waits on them, and closes all, those that retire too.</summary>
    public void Close()
    {
        foreach (Listener listener in _listeners.Values.Concat(_retired))
        {
            listener.Close();
        }
    }
}
