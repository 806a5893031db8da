using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Httpd.Passwords;

/// <summary>What waits, by whom it is for: clients take turns, however much one of them has waiting.</summary>
internal sealed class FairQueue<T>
{
    private readonly Dictionary<UInt128, Queue<T>> _ofClients = [];
    private readonly Queue<UInt128> _turns = new();

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many of a client wait.</summary>
    public int CountOf(UInt128 client) => _ofClients.TryGetValue(client, out Queue<T>? queue) ? queue.Count : 0;

    /// <summary>Adds one behind those of the same client.</summary>
    public void Add(UInt128 client, T item)
    {
        if (!_ofClients.TryGetValue(client, out Queue<T>? queue))
        {
            queue = new Queue<T>();
            _ofClients.Add(client, queue);
            _turns.Enqueue(client);
        }

        queue.Enqueue(item);
        Count++;
    }

    /// <summary>Takes the next one of the client whose turn it is.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (!_turns.TryDequeue(out UInt128 client))
        {
            item = default;
            return false;
        }

        Queue<T> queue = _ofClients[client];
        item = queue.Dequeue();
        Count--;
        if (queue.Count == 0)
        {
            _ofClients.Remove(client);
        }
        else
        {
            _turns.Enqueue(client);
        }

        return true;
    }
}
