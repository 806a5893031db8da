using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Control;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

public sealed class ClientSessionTests
{
    public static TheoryData<Request> ForRoot { get; } =
    [
        new LoadRequest("x"),
        new ReloadRequest(),
        new StopRequest(),
        new PurgeRequest(),
        new AddHostRequest(new Target(1, ""), IPAddress.Loopback, 1, 0, 0),
        new CommandRequest(CommandWord.RemoveHost, new Target(1, "")),
    ];

    [Fact]
    public void An_answer_of_five_thousand_hosts_comes_in_messages_and_has_an_end()
    {
        using ControlRun run = new(5000);
        run.Run(async () =>
        {
            List<Reply> replies = await ControlRun.Ask(run.Client(), new ShowRequest(ShowSubject.Hosts));

            Assert.Equal(5000, replies.OfType<HostRow>().Count());
            Assert.Equal(new End(Outcome.Done), replies[^1]);
        });
    }

    [Fact]
    public void A_client_that_reads_nothing_keeps_nobody_waiting_and_is_closed()
    {
        using ControlRun run = new(5000);
        run.Run(async () =>
        {
            Channel slow = run.Client();
            ControlRun.Send(slow, new ShowRequest(ShowSubject.Hosts));
            await run.Pass(TimeSpan.Zero);

            List<Reply> other = await ControlRun.Ask(run.Client(), new ShowRequest(ShowSubject.Hosts));
            await run.Pass(ClientSession.Stall);
            List<Reply> rest = await ControlRun.Answer(slow);

            Assert.Equal(new End(Outcome.Done), other[^1]);
            Assert.DoesNotContain(rest, static reply => reply is End);
        });
    }

    [Fact]
    public void A_client_may_ask_again()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();
            List<Reply> first = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Relays));
            List<Reply> second = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Routers));

            Assert.Equal((2, 1), (first.Count, second.Count));
        });
    }

    [Fact]
    public void A_client_that_is_silent_is_closed()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();

            await run.Pass(ClientSession.Silence);

            Assert.Null(await ControlRun.Receive(client));
        });
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01FF")]
    public void A_client_that_says_no_request_is_closed(string hex)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();
            _ = client.TrySend(Convert.FromHexString(hex));

            Assert.Null(await ControlRun.Receive(client));
        });
    }

    [Fact]
    public void A_client_that_says_too_much_is_closed()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();
            _ = client.TrySend(new byte[Channel.LongestMessage]);

            Assert.Null(await ControlRun.Receive(client));
        });
    }

    [Fact]
    public void Another_version_is_told_so()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();
            _ = client.TrySend([2, 1, 1]);

            Assert.Equal([new End(Outcome.NotUnderstood)], await ControlRun.Answer(client));
        });
    }

    [Theory]
    [MemberData(nameof(ForRoot))]
    public void What_is_for_root_is_refused_to_others(Request request)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Assert.Equal([new End(Outcome.NotPermitted)], await ControlRun.Ask(run.Client(user: 1000), request));
            Assert.Empty(run.Steered);
        });
    }

    [Fact]
    public void A_reload_that_is_refused_says_what_the_parser_says()
    {
        using ControlRun run = new();
        run.ParentAnswer = new SteeringResult(0, SteeringOutcome.Refused, new string('é', 5000));
        run.Run(async () =>
        {
            List<Reply> replies = await ControlRun.Ask(run.Client(), new ReloadRequest());

            Assert.Equal(new End(Outcome.Failed), replies[^1]);
            Assert.Equal(
                new string('é', 5000) + "\n",
                Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(string.Concat(replies.OfType<TextRow>().Select(static row => row.Text)))));
        });
    }

    [Fact]
    public void A_parent_that_does_not_answer_is_said()
    {
        using ControlRun run = new();
        run.ParentAnswer = null;
        run.Run(async () =>
        {
            Channel client = run.Client();
            ControlRun.Send(client, new ReloadRequest());
            await run.Pass(TimeSpan.Zero);
            await run.Pass(TimeSpan.FromSeconds(60));

            Assert.Equal([new TextRow("the parent does not answer\n"), new End(Outcome.Failed)], await ControlRun.Answer(client));
        });
    }

    // R-CTL-15.
    [Fact]
    public void A_stop_is_answered_by_the_end_of_the_connection()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel client = run.Client();
            ControlRun.Send(client, new StopRequest());
            await run.Pass(TimeSpan.Zero);
            await run.Pass(TimeSpan.Zero);
            await run.Pass(ClientSession.Stall);

            Assert.Empty(await ControlRun.Answer(client));
            Assert.Equal([SteeringKind.Stop], run.Steered);
        });
    }

    [Fact]
    public void The_file_of_a_load_goes_to_the_parent()
    {
        using ControlRun run = new();
        using FileStream file = new(typeof(ClientSessionTests).Assembly.Location, FileMode.Open, FileAccess.Read);
        run.Run(async () =>
        {
            List<Reply> replies = await ControlRun.Ask(run.Client(), new LoadRequest("/etc/other.conf"), (int)file.SafeFileHandle.DangerousGetHandle());

            Assert.Equal([new End(Outcome.Done)], replies);
            Assert.Equal([SteeringKind.Load], run.Steered);
            Assert.Equal("/etc/other.conf", Encoding.UTF8.GetString(run.LastSteered.Content));
            Assert.True(run.LastSteered.Descriptor >= 0);
        });
    }

    [Theory]
    [InlineData("Verbose", 2)]
    [InlineData("Brief", 0)]
    public void Verbosity_goes_to_the_parent(string word, int verbosity)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            _ = await ControlRun.Ask(run.Client(user: 1000), new LogRequest(Enum.Parse<LogWord>(word)));

            Assert.Equal([(byte)verbosity], run.LastSteered.Content);
        });
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, "web:80")]
    [InlineData(0, "web")]
    public void A_host_that_is_added_goes_to_the_parent(int id, string name)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            _ = await ControlRun.Ask(run.Client(), new AddHostRequest(new Target((uint)id, name), IPAddress.Loopback, 7, 2, 9));

            HostAddition addition = Assert.IsType<HostAddition>(Amendment.Read(run.LastSteered.Content));
            Assert.Equal((1, "127.0.0.1", 7, 2, (byte?)9), (addition.TableId, addition.Host.Name, addition.Host.Weight, addition.Host.Retry, addition.Host.Ttl));
        });
    }

    [Fact]
    public void Every_host_of_a_name_is_removed()
    {
        using ControlRun run = new(4);
        run.Run(async () =>
        {
            List<Reply> replies = await ControlRun.Ask(run.Client(), new CommandRequest(CommandWord.RemoveHost, new Target(0, "even.example")));

            Assert.Equal([SteeringKind.Amend, SteeringKind.Amend], run.Steered);
            Assert.Equal([new End(Outcome.Done)], replies);
        });
    }
}
