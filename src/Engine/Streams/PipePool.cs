using System;
using System.Collections.Generic;

namespace Sluice.Engine.Streams;

/// <summary>
/// The pipes of this worker. A pipe is held only while bytes are in it; when none is free, copying serves as well.
/// </summary>
/// <param name="most">
/// How many may exist: this worker's share of the 240 that one user can enlarge before the kernel's soft limit, pipe(7).
/// </param>
public sealed class PipePool(int most)
{
    /// <summary>Bytes of a pipe.</summary>
    public const int Capacity = 256 * 1024;

    private readonly Stack<Pipe> _free = new();

    /// <summary>How many exist.</summary>
    public int Count { get; private set; }

    /// <summary>An empty pipe, or null where none is to be had: then copy.</summary>
    public Pipe? Rent()
    {
        if (_free.TryPop(out Pipe? free))
        {
            return free;
        }

        Pipe? made = Count < most ? Pipe.Create(Capacity) : null;
        Count += made is null ? 0 : 1;
        return made;
    }

    /// <summary>Takes a pipe back; one that still has bytes in it is closed, so that nobody ever gets another's bytes.</summary>
    public void Return(Pipe pipe)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        if (pipe.Buffered == 0)
        {
            _free.Push(pipe);
            return;
        }

        pipe.Close();
        Count--;
    }
}
