using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Engine.Processes;

// A channel's descriptor on a loop, registered once and edge-triggered: what was said to be there stays so until a call
// finds it gone.
internal sealed class ChannelWatch : Descriptor
{
    private const Readiness Ends = Readiness.Failed | Readiness.HangUp | Readiness.PeerDone;

    private readonly Waiter _reader = new();
    private readonly Waiter _writer = new();

    // False from the call that found nothing to the next edge.
    private bool _mayRead = true;
    private bool _mayWrite = true;

    public ChannelWatch(EventLoop loop, int fd)
        : base(loop)
    {
        Fd = fd;
        Errno error = loop.Watch(this, Readiness.Input | Readiness.Output | Readiness.PeerDone | Readiness.EdgeTriggered);
        if (error != Errno.None)
        {
            throw SystemCall.Failure("epoll_ctl", error);
        }
    }

    public ValueTask<Wake> Readable() => Wait(_reader, _mayRead);

    public ValueTask<Wake> Writable() => Wait(_writer, _mayWrite);

    public void FoundNothing() => _mayRead = false;

    public void FoundFull() => _mayWrite = false;

    public void Close()
    {
        CloseDescriptor();
        _reader.Complete(Wake.Closed);
        _writer.Complete(Wake.Closed);
    }

    internal override void OnReady(Readiness readiness)
    {
        if ((readiness & (Readiness.Input | Ends)) != Readiness.None)
        {
            _mayRead = true;
            _reader.Complete(Wake.Ready);
        }

        // Who reads may have closed the channel.
        if (Fd >= 0 && (readiness & (Readiness.Output | Ends)) != Readiness.None)
        {
            _mayWrite = true;
            _writer.Complete(Wake.Ready);
        }
    }

    private ValueTask<Wake> Wait(Waiter waiter, bool isReady)
    {
        if (Fd < 0)
        {
            return ValueTask.FromResult(Wake.Closed);
        }

        return isReady ? ValueTask.FromResult(Wake.Ready) : waiter.Wait();
    }
}
