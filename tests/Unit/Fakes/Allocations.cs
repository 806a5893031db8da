using System;
using System.Threading.Tasks;

namespace Sluice.Unit.Fakes;

/// <summary>Counts what a thread allocates.</summary>
internal static class Allocations
{
    private const int Runs = 5;

    /// <summary>Bytes that a piece of work allocates on this thread, in that of several runs which allocates least. What it allocates each time is in
    /// all of them. What is made because the kernel moved the thread, where the runtime's pool of async methods has a place for each processor, is not.</summary>
    public static async ValueTask<long> Least(Func<ValueTask> work)
    {
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            await work();
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
