using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

using Sluice.Engine.Tls;

namespace Sluice.Sandboxed;

/// <summary>What the runtime must still be able to do inside.</summary>
internal static class Workings
{
    // Enough calls, with pauses longer than the runtime's 100 ms, for a method to be compiled anew at tier 1.
    private const int Rounds = 8;
    private const int CallsARound = 20_000;

    private static readonly List<Thread> _threads = [];

    /// <summary>What this program uses beyond what our own use: it waits for threads.</summary>
    /// <remarks>Not before the thread is gone for the system too: setresuid(2) of glibc passes over one that is ending.</remarks>
    public static void WarmUp()
    {
        string number = "";
        Thread thread = new(() => number = Attempt.Make("gettid", []));
        thread.Start();
        thread.Join();
        while (Directory.Exists("/proc/self/task/" + number))
        {
            Thread.Sleep(1);
        }

        StartThread(Timeout.InfiniteTimeSpan);
    }

    /// <summary>The same for a role that speaks TLS.</summary>
    public static void WarmUpWithTls()
    {
        WarmUp();
        TlsWarmUp.Run();
    }

    /// <summary>Runs one and tells what came of it.</summary>
    public static string Run(string name) => name switch
    {
        "collect" => Collect(),
        "trace" => Trace(),
        "asynchronous-trace" => AsynchronousTrace(),
        "threads" => StartThreads(),
        "compile" => Compile(),
        "time-zone" => TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc)).ToString(),
        "guid" => Guid.NewGuid().ToString().Length.ToString(CultureInfo.InvariantCulture),
        "tls" => ShakeHands(),
        "abort" => throw new InvalidOperationException("unhandled on purpose"),
        _ => "unknown",
    };

    // Also makes a key, a certificate and a context, as after a reload.
    private static string ShakeHands()
    {
        TlsWarmUp.Run();
        return "done";
    }

    private static string Collect()
    {
        List<byte[]> blocks = [];
        for (int i = 0; i < 2000; i++)
        {
            blocks.Add(new byte[50_000]);
        }

        GC.Collect();
        GC.KeepAlive(blocks);
        return GC.CollectionCount(2) > 0 && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 0 ? "done" : "nothing collected";
    }

    private static string Trace()
    {
        try
        {
            Deep(3);
            return "no exception";
        }
        catch (InvalidOperationException failure)
        {
            return failure.ToString();
        }
    }

    private static void Deep(int levels)
    {
        if (levels == 0)
        {
            throw new InvalidOperationException("deep");
        }

        Deep(levels - 1);
    }

    private static string AsynchronousTrace()
    {
        try
        {
            Fail().Wait();
            return "no exception";
        }
        catch (AggregateException failure)
        {
            return failure.ToString();
        }
    }

    private static async Task Fail()
    {
        await Task.Yield();
        throw new InvalidDataException("after a wait");
    }

    // They stay, so that the tests can look at threads which began inside.
    private static string StartThreads()
    {
        for (int i = 0; i < 4; i++)
        {
            StartThread(Timeout.InfiniteTimeSpan);
        }

        return "done";
    }

    private static void StartThread(TimeSpan life)
    {
        using ManualResetEventSlim running = new();
        Thread thread = new(() =>
        {
            running.Set();
            Thread.Sleep(life);
        })
        {
            IsBackground = true,
        };
        thread.Start();
        running.Wait();
        _threads.Add(thread);
    }

    private static string Compile()
    {
        long methods = JitInfo.GetCompiledMethodCount();
        long sum = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < CallsARound; i++)
            {
                sum += Mix(i);
            }

            Thread.Sleep(150);
        }

        return sum != 0 && JitInfo.GetCompiledMethodCount() > methods ? "done" : "nothing compiled";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Mix(int number) => (number * 31) ^ (number >> 3);
}
