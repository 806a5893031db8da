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

    public ValueTask<Wake> Readable() => _mayRead ? Now() : Wait(_reader);

    public ValueTask<Wake> Writable() => _mayWrite ? Now() : Wait(_writer);

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

    private ValueTask<Wake> Now() => ValueTask.FromResult(Fd < 0 ? Wake.Closed : Wake.Ready);

    private ValueTask<Wake> Wait(Waiter waiter) => Fd < 0 ? ValueTask.FromResult(Wake.Closed) : waiter.Wait();
}
