using System;
using System.Diagnostics.CodeAnalysis;

using BenchmarkDotNet.Attributes;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Micro;

/// <summary>What the engine adds to a request beside its system calls.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The process ends with the benchmark.")]
public class LoopBenchmark
{
    private readonly EventLoop _loop = new(new SystemClock());
    private readonly byte[] _text = new byte[SocketAddress.LongestText];
    private readonly SocketAddress _address = SocketAddress.FromIp([192, 0, 2, 1], 8080);
    private readonly Alarm _deadline = new(static () => { });
    private readonly DeadlineQueue _queue;

    public LoopBenchmark()
    {
        _queue = _loop.Timeouts(TimeSpan.FromMinutes(1));
    }

    [Benchmark]
    public void ArmDeadline() => _deadline.Arm(_queue);

    [Benchmark]
    public void RentBlock() => _loop.Slab.Return(_loop.Slab.Rent());

    [Benchmark]
    public int WriteAddress() => _address.Write(_text);
}
