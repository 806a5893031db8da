using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Engine;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;
using Sluice.Relayctl;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class ConversationTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly LoopRun _run = new();
    private readonly string _path = Path.Join(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}");
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _messages = new() { NewLine = "\n" };
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];
    private Socket? _socket;

    public void Dispose()
    {
        _socket?.Dispose();
        File.Delete(_path);
        _output.Dispose();
        _messages.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void What_is_asked_is_sent_and_what_is_answered_is_printed() => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        Conversation conversation = Begin("poll");
        using Channel client = await Accept(daemon);
        Request? request = await Receive(client);

        Answer(client, new End(Outcome.Done));
        await Settle();

        Assert.Equal(new PollRequest(), request);
        Assert.Equal((0, "command succeeded\n", ""), (conversation.Status, _output.ToString(), _messages.ToString()));
    });

    [Fact]
    public void An_answer_may_come_in_several_messages() => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        Conversation conversation = Begin("show routers");
        using Channel client = await Accept(daemon);
        _ = await Receive(client);

        Answer(client, new RouterRow(1, "a", SectionStatus.Active, 0, Label: null));
        Answer(client, new RouterRow(2, "b", SectionStatus.Active, 0, Label: null), new End(Outcome.Done));
        await Settle();

        Assert.Equal((0, 3), (conversation.Status, _output.ToString().AsSpan().Count('\n')));
    });

    // R-CTL-15, -22.
    [Theory]
    [InlineData("stop")]
    [InlineData("show summary")]
    public void A_daemon_that_ends_without_an_answer_is_said(string words) => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        Conversation conversation = Begin(words);
        using (Channel client = await Accept(daemon))
        {
            _ = await Receive(client);
        }

        await Settle();

        Assert.Equal((1, "relayctl: pipe closed\n"), (conversation.Status, _messages.ToString()));
    });

    [Theory]
    [InlineData("NotPermitted", "command failed\n", "relayctl: only root may ask for this\n")]
    [InlineData("NotUnderstood", "", "relayctl: relayd is of another version: restart it\n")]
    public void A_refusal_is_said(string outcome, string output, string message) => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        Conversation conversation = Begin("host remove 1");
        using Channel client = await Accept(daemon);
        _ = await Receive(client);

        Answer(client, new End(Enum.Parse<Outcome>(outcome)));
        await Settle();

        Assert.Equal((1, output, message), (conversation.Status, _output.ToString(), _messages.ToString()));
    });

    [Fact]
    public void An_answer_that_is_none_is_said() => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        Conversation conversation = Begin("poll");
        using Channel client = await Accept(daemon);
        _ = await Receive(client);

        _ = client.TrySend([0xff]);
        await Settle();

        Assert.Equal(1, conversation.Status);
        Assert.StartsWith("relayctl: relayd answers in another way", _messages.ToString(), StringComparison.Ordinal);
    });

    [Fact]
    public void Where_nobody_listens_the_socket_and_the_reason_are_said() => _run.Run(async () =>
    {
        Conversation conversation = Begin("poll");
        await Settle();

        Assert.Equal((1, $"relayctl: connect: {_path}: No such file or directory\n"), (conversation.Status, _messages.ToString()));
    });

    [Fact]
    public void A_path_that_is_too_long_is_said() => _run.Run(async () =>
    {
        string path = "/" + new string('a', 107);
        CommandLine commandLine = CommandLine.Parse(["-s", path, "poll"], _messages)!;
        await new Conversation(_run.Loop, commandLine, new CommandView(commandLine.Request, _output, _messages), _messages).Run();

        Assert.Equal($"relayctl: socket `{path}' too long\n", _messages.ToString());
    });

    [Fact]
    public void A_file_that_cannot_be_opened_is_said() => _run.Run(async () =>
    {
        Conversation conversation = Begin("load /nonexistent");
        await Settle();

        Assert.Equal((1, "relayctl: /nonexistent: No such file or directory\n"), (conversation.Status, _messages.ToString()));
    });

    [Fact]
    public void The_file_of_a_load_goes_with_the_request() => _run.Run(async () =>
    {
        using ChannelListener daemon = Listen();
        _ = Begin($"load {typeof(ConversationTests).Assembly.Location}");
        using Channel client = await Accept(daemon);
        _ = await client.Readable();

        _ = client.TryReceive(_buffer, out ReceivedDescriptors descriptors);

        Assert.Equal(1, descriptors.Count);
        descriptors.Dispose();
    });

    // R-CTL-14.
    [Fact]
    public void Whoever_watches_waits_for_a_daemon_and_for_the_next_one() => _run.Run(async () =>
    {
        _ = Begin("monitor");
        await Settle();
        using ChannelListener daemon = Listen();
        await _run.Pass(_patience);
        using (Channel first = await Accept(daemon))
        {
            _ = await Receive(first);
            Answer(first, new EventRow(EventKind.Sync, DateTimeOffset.UnixEpoch));
            await Settle();
        }

        await Settle();
        await _run.Pass(_patience);
        using Channel second = await Accept(daemon);
        Request? again = await Receive(second);

        Assert.Equal(new MonitorRequest(), again);
        Assert.StartsWith("sync: ", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_messages.ToString());
    });

    private static void Answer(Channel client, params Reply[] replies)
    {
        ReplyMessage message = new();
        Array.ForEach(replies, message.Add);
        _ = client.TrySend(message.Finish());
    }

    private Conversation Begin(string words)
    {
        CommandLine commandLine = CommandLine.Parse(["-s", _path, .. words.Split(' ')], _messages)!;
        View view = commandLine.Request switch
        {
            ShowRequest show => new TextView(show.Subject, Detail.Normal, _output),
            MonitorRequest => new EventView(Format.Text, _output, Stream.Null),
            { } request => new CommandView(request, _output, _messages),
        };
        Conversation conversation = new(_run.Loop, commandLine, view, _messages);
        _run.Loop.Spawn(conversation.Run);
        return conversation;
    }

    private ChannelListener Listen()
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        _socket.Bind(new UnixDomainSocketEndPoint(_path));
        _socket.Listen();
        return new ChannelListener(_run.Loop, Libc.fcntl((int)_socket.Handle, Libc.F_DUPFD_CLOEXEC, 0));
    }

    private static async ValueTask<Channel> Accept(ChannelListener daemon)
    {
        Channel? channel;
        while (daemon.TryAccept(out channel) == Errno.WouldBlock)
        {
            _ = await daemon.Acceptable();
        }

        return channel!;
    }

    private async ValueTask<Request?> Receive(Channel client)
    {
        _ = await client.Readable();
        ChannelResult received = client.TryReceive(_buffer, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        _ = Request.Read(_buffer.AsSpan(0, received.LengthBytes), out Request? request);
        return request;
    }

    // Lets everything happen that is ready.
    private async ValueTask Settle()
    {
        foreach (int _ in Enumerable.Range(0, 10))
        {
            await _run.Pass(TimeSpan.Zero);
        }
    }
}
