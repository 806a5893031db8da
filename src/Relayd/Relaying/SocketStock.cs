using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Relaying;

/// <summary>Sockets that may have clients' addresses (<c>transparent</c>). The parent makes them, since this process has no right to; they are here before they are needed.</summary>
/// <param name="ask">Asks the parent for so many of a kind; <see cref="Take"/> is called once for each.</param>
/// <param name="batch">How many are asked for at a time, at least 1.</param>
internal sealed class SocketStock(Action<TransparentKind, int> ask, int batch)
{
    /// <summary>How many are asked for at a time, where descriptors are no matter.</summary>
    public const int Batch = 64;

    private readonly Shelf[] _shelves = Array.ConvertAll(Enum.GetValues<TransparentKind>(), static _ => new Shelf());

    // Whether the configuration in use has a relay that needs any: else the parent is not asked.
    private bool _isOpen;

    /// <summary>The configuration needs some of a kind: they are asked for before the first one is needed.</summary>
    public void Prepare(TransparentKind kind)
    {
        _isOpen = true;
        Shelf shelf = _shelves[(int)kind];
        if (shelf.Sockets.Count == 0)
        {
            Order(kind, shelf);
        }
    }

    /// <summary>Takes one, if any is here.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="descriptor">The caller's.</param>
    public bool TryTake(TransparentKind kind, out int descriptor)
    {
        Shelf shelf = _shelves[(int)kind];
        bool isHere = shelf.Sockets.TryPop(out descriptor);
        if (shelf.Sockets.Count <= batch)
        {
            Order(kind, shelf);
        }

        return isHere;
    }

    /// <summary>Waits until one is here.</summary>
    /// <param name="kind">Which.</param>
    /// <returns>Why there is none: the parent cannot make any.</returns>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<Errno> Await(TransparentKind kind)
    {
        Shelf shelf = _shelves[(int)kind];
        if (shelf.Sockets.Count > 0)
        {
            return Errno.None;
        }

        if (!_isOpen)
        {
            return Errno.NotPermitted;
        }

        Waiter waiter = new();
        shelf.Waiting.Enqueue(waiter);
        Order(kind, shelf);
        return await waiter.Wait() == Wake.Ready ? Errno.None : shelf.Error;
    }

    /// <summary>The parent has answered. Who waits goes on before this returns.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="error">Why there is not one.</param>
    /// <param name="sockets">They are this object's, as many as came.</param>
    public void Take(TransparentKind kind, Errno error, ReceivedDescriptors sockets)
    {
        Shelf shelf = _shelves[(int)kind];
        (shelf.IsOrdered, shelf.Error) = (false, error);
        while (sockets.TryTake(out int descriptor))
        {
            shelf.Sockets.Push(descriptor);
        }

        // Who comes while these go on waits for the next.
        for (int count = shelf.Waiting.Count; count > 0 && (error != Errno.None || shelf.Sockets.Count > 0); count--)
        {
            shelf.Waiting.Dequeue().Complete(error == Errno.None ? Wake.Ready : Wake.Closed);
        }

        if (shelf.Waiting.Count > 0)
        {
            Order(kind, shelf);
        }
    }

    /// <summary>The configuration needs none: those that are here are closed, and sessions of earlier ones get none.</summary>
    public void Close()
    {
        _isOpen = false;
        foreach (Shelf shelf in _shelves)
        {
            while (shelf.Sockets.TryPop(out int descriptor))
            {
                new KeptSocket(descriptor).Dispose();
            }

            // The parent answers nobody any more.
            (shelf.IsOrdered, shelf.Error) = (false, Errno.NotPermitted);
            while (shelf.Waiting.TryDequeue(out Waiter? waiter))
            {
                waiter.Complete(Wake.Closed);
            }
        }
    }

    private void Order(TransparentKind kind, Shelf shelf)
    {
        if (_isOpen && !shelf.IsOrdered)
        {
            shelf.IsOrdered = true;
            ask(kind, batch);
        }
    }

    private sealed class Shelf
    {
        public Stack<int> Sockets { get; } = new();

        public Queue<Waiter> Waiting { get; } = new();

        public bool IsOrdered { get; set; }

        /// <summary>Why the last answer brought none.</summary>
        public Errno Error { get; set; }
    }
}
