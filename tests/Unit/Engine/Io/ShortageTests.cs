using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Io;

/// <summary>Tests that need the numbers of descriptors for themselves.</summary>
[CollectionDefinition("Descriptors", DisableParallelization = true)]
public sealed class DescriptorNumbers;

[Collection("Descriptors")]
public sealed class ShortageTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Accepting_pauses_at_the_reserve_says_so_once_and_goes_on_when_there_is_room()
    {
        // What former tests left to finalizers is closed now, and not while descriptors are counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        List<long> accepted = [];
        _run.Run(async () =>
        {
            using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
            int free = LowestFree(socket.Descriptor);
            Listener listener = new(_run.Loop, socket.Release(), Echo.Serve, new ListenerOptions
            {
                ReservedDescriptors = DescriptorLimit.Current - free - 1,
                Paused = error => _said.Add($"paused {error}"),
                Resumed = () => _said.Add("resumed"),
            });
            List<ConnectResult> clients = [await Connect(socket), await Connect(socket), await Connect(socket)];
            await _run.Pass(TimeSpan.FromSeconds(1));
            await _run.Pass(TimeSpan.FromSeconds(1));
            accepted.Add(listener.Accepted);
            clients.ForEach(static client => client.Connection!.Close());
            await _run.Pass(TimeSpan.FromSeconds(1));
            await _run.Pass(TimeSpan.FromSeconds(1));
            accepted.Add(listener.Accepted);
            listener.Close();
        });
        Assert.Equal([1, 3], accepted);
        Assert.Equal(["paused DescriptorsExhausted", "resumed"], _said);
    }

    public void Dispose() => _run.Dispose();

    private static int LowestFree(int any)
    {
        int free = Libc.fcntl(any, Libc.F_DUPFD_CLOEXEC, 0);
        _ = Libc.close(free);
        return free;
    }

    private ValueTask<ConnectResult> Connect(ListenSocket socket) =>
        Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)));
}
