using System;

using Sluice.Engine.Native;

namespace Sluice.Engine;

/// <summary>Random numbers of the system, getrandom(2): need no file, so they work in every sandbox.</summary>
public static class SystemRandom
{
    /// <summary>A number that nobody can guess.</summary>
    public static ulong Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    /// <summary>Bytes that nobody can guess.</summary>
    /// <param name="destination">At most 256: so many come whole, and are not interrupted once the system's pool is ready.</param>
    public static unsafe void Fill(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, 256, nameof(destination));
        fixed (byte* start = destination)
        {
            nint count;
            do
            {
                count = Libc.getrandom(start, (nuint)destination.Length, 0);
            }
            while (count < 0 && IoResult.IsInterrupted());
            if (count != destination.Length)
            {
                throw new InvalidOperationException("the system gives no random numbers");
            }
        }
    }
}
