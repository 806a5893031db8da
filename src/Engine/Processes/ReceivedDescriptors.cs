using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The descriptors that came with one message, in the order in which they were sent.</summary>
/// <remarks>Dispose it when the message has been dealt with: what nobody took is closed then, so none leaks.</remarks>
public sealed class ReceivedDescriptors : IDisposable
{
    // Shared by all messages that carry none.
    internal static readonly ReceivedDescriptors None = new([]);

    private readonly int[] _descriptors;

    // Index of the next one to hand out, 0 to the array's length.
    private int _next;

    internal ReceivedDescriptors(ReadOnlySpan<byte> rights)
    {
        _descriptors = MemoryMarshal.Cast<byte, int>(rights).ToArray();
    }

    /// <summary>How many are not taken yet.</summary>
    public int Count => _descriptors.Length - _next;

    /// <summary>The next descriptor, close-on-exec; who takes it owns it and closes it.</summary>
    /// <returns>False when the message carried no further one, which is a mistake of the sender.</returns>
    public bool TryTake(out int descriptor)
    {
        descriptor = -1;
        if (Count == 0)
        {
            return false;
        }

        descriptor = _descriptors[_next++];
        return true;
    }

    /// <summary>Closes all that were not taken.</summary>
    public void Dispose()
    {
        while (TryTake(out int descriptor))
        {
            _ = Libc.close(descriptor);
        }
    }
}
