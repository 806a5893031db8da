using System;

using Sluice.Engine.Native;

namespace Sluice.Engine;

/// <summary>Random numbers of the system, getrandom(2): need no file, so they work in every sandbox.</summary>
public static class SystemRandom
{
    /// <summary>A number that nobody can guess.</summary>
    public static unsafe ulong Next()
    {
        ulong number = 0;
        nint count;
        do
        {
            // Up to 256 bytes come whole and are not interrupted once the pool is ready; before, the call waits.
            count = Libc.getrandom(&number, sizeof(ulong), 0);
        }
        while (count < 0 && IoResult.IsInterrupted());
        return count == sizeof(ulong) ? number : throw new InvalidOperationException("the system gives no random numbers");
    }
}
