using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Engine.Processes;
using Sluice.Relayd.Control;
using Sluice.Relayd.Relaying;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Control;

public sealed class SessionListsTests
{
    private const int MostAtOnce = 4;

    [Fact]
    public void The_sessions_of_all_processes_are_listed()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel[] relays = [run.Relay(0), run.Relay(1)];
            Channel client = run.Client();
            ControlRun.Send(client, new ShowRequest(ShowSubject.Sessions));
            long number = await ControlRun.AskedRelay(relays[0]);
            _ = await ControlRun.AskedRelay(relays[1]);
            ControlRun.Say(relays[1], Part(number, 3));
            ControlRun.Say(relays[0], Part(number, 1) with { IsLast = false });
            ControlRun.Say(relays[0], Part(number, 2));

            List<Reply> replies = await ControlRun.Answer(client);

            Assert.Equal([1, 2, 3], replies.OfType<SessionRow>().Select(static row => row.Id).Order());
            Assert.Equal(new End(Outcome.Done), replies[^1]);
        });
    }

    [Fact]
    public void A_process_that_dies_meanwhile_is_left_out()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel[] relays = [run.Relay(0), run.Relay(1)];
            Channel client = run.Client();
            ControlRun.Send(client, new ShowRequest(ShowSubject.Sessions));
            long number = await ControlRun.AskedRelay(relays[0]);
            ControlRun.Say(relays[0], Part(number, 1));
            relays[1].Dispose();

            Assert.Equal([1], (await ControlRun.Answer(client)).OfType<SessionRow>().Select(static row => row.Id));
        });
    }

    [Fact]
    public void A_process_that_does_not_answer_is_left_out()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            _ = run.Relay(0);
            Channel client = run.Client();
            ControlRun.Send(client, new ShowRequest(ShowSubject.Sessions));
            await run.Pass(TimeSpan.Zero);
            await run.Pass(TimeSpan.FromSeconds(5));

            Assert.Equal([new End(Outcome.Done)], await ControlRun.Answer(client));
        });
    }

    [Fact]
    public void Without_relays_the_list_is_empty()
    {
        using ControlRun run = new();
        run.Run(async () => Assert.Equal([new End(Outcome.Done)], await ControlRun.Ask(run.Client(), new ShowRequest(ShowSubject.Sessions))));
    }

    [Fact]
    public void A_few_lists_are_made_at_once_and_others_wait_for_theirs()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel relay = run.Relay(0);
            Channel[] clients = [.. Enumerable.Range(0, MostAtOnce + 1).Select(_ => run.Client())];
            Array.ForEach(clients, static client => ControlRun.Send(client, new ShowRequest(ShowSubject.Sessions)));
            List<long> asked = [];
            await Take(relay, asked, MostAtOnce);
            ChannelStatus further = relay.TryReceive(new byte[64], out _).Status;

            ControlRun.Say(relay, Part(asked[0], 1));
            await Take(relay, asked, 1);

            Assert.Equal(ChannelStatus.Again, further);
            Assert.Equal(MostAtOnce + 1, asked.Distinct().Count());
        });
    }

    [Fact]
    public void A_session_is_shown_with_addresses_and_whole_seconds()
    {
        SessionEntry entry = Entry(7) with
        {
            Client = SocketAddress.FromIp(IPAddress.Parse("2001:db8::1").GetAddressBytes(), 443),
            Target = default,
            Age = TimeSpan.FromMilliseconds(12_999),
            State = Sluice.Relayd.Relaying.SessionState.Done,
        };

        SessionRow row = SessionLists.Row(entry);

        Assert.Equal((IPEndPoint.Parse("[2001:db8::1]:443"), null, TimeSpan.FromSeconds(12)), (row.Client, row.Target, row.Age));
        Assert.Equal(Sluice.Control.SessionState.Done, row.State);
    }

    private static async ValueTask Take(Channel relay, List<long> asked, int count)
    {
        for (int left = count; left > 0; left--)
        {
            asked.Add(await ControlRun.AskedRelay(relay));
        }
    }

    private static SessionsAnswer Part(long number, int id) => new() { Number = number, IsLast = true, Entries = [Entry(id)] };

    private static SessionEntry Entry(int id) => new()
    {
        Id = id,
        Client = SocketAddress.FromIp([192, 0, 2, 7], 51822),
        Target = SocketAddress.FromIp([10, 0, 0, 1], 8080),
        State = Sluice.Relayd.Relaying.SessionState.Running,
        Age = TimeSpan.FromSeconds(1),
        Idle = TimeSpan.Zero,
        RelayId = 1,
        ProcessId = 4711,
        TagId = 0,
    };
}
