using System;
using System.Buffers.Binary;

namespace Sluice.Engine;

/// <summary>Numbers that nobody can guess, from <see cref="SystemRandom"/>, fetched many at a time: one costs a few nanoseconds.</summary>
public sealed class RandomNumbers
{
    private readonly byte[] _bytes = new byte[256];

    // The next one; at the end all are used.
    private int _next;

    /// <summary>None yet.</summary>
    public RandomNumbers()
    {
        _next = _bytes.Length;
    }

    /// <summary>One of the numbers from 0 on. For all that are below 65,536 the chances differ by less than 1 in 65,536.</summary>
    /// <param name="below">How many there are, from 1.</param>
    public int Next(int below)
    {
        if (_next == _bytes.Length)
        {
            SystemRandom.Fill(_bytes);
            _next = 0;
        }

        uint number = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_next));
        _next += sizeof(uint);
        return (int)(((ulong)number * (uint)below) >> 32);
    }
}
