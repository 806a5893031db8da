using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

using Sluice.Relayd.Datagrams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Datagrams;

public sealed class DatagramRelayTests : IDisposable
{
    private readonly NamesRun _run = new();
    private readonly byte[] _query = NamesRun.Query(7);
    private readonly byte[] _received = new byte[100];
    private readonly SocketAddress _from = new(AddressFamily.InterNetwork);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_query_goes_out_under_another_number_and_its_answer_comes_back_under_its_own() => _run.Run(async () =>
    {
        _run.Ask(1);
        (byte[] query, EndPoint from) = await _run.AtHost();
        Assert.Equal(NamesRun.Query(1)[2..], query[2..]);

        _run.Host.SendTo(NamesRun.AnswerTo(query), from);

        Assert.Equal(NamesRun.AnswerTo(NamesRun.Query(1)), await _run.AtClient());
        Assert.Equal((1, 0), (_run.Total, _run.OpenSessions));
        Assert.Equal($"relay test, session 1 (1 active), 0, 127.0.0.1 -> 127.0.0.1:{_run.HostAddress.Port}, session closed", _run.Said[0]);
    });

    [Fact]
    public void No_answer_in_time_is_said_and_counts_against_the_host() => _run.Run(async () =>
    {
        _run.Ask(1);
        _run.Ask(2);
        await _run.Until(() => _run.Queries.Count == 2);
        Assert.Equal([1, 2], _run.Queries.Entries().Select(static entry => entry.Id));

        await _run.Pass(NamesRun.SessionTimeout);

        Assert.Equal(0, _run.Queries.Count);
        Assert.Equal([3], _run.Failed);
        Assert.EndsWith(", udp timeout", _run.Said[1], StringComparison.Ordinal);
    });

    [Fact]
    public void An_answer_that_comes_too_late_or_twice_reaches_nobody() => _run.Run(async () =>
    {
        _run.Ask(1);
        (byte[] query, EndPoint from) = await _run.AtHost();
        await _run.Pass(NamesRun.SessionTimeout);

        _run.Host.SendTo(NamesRun.AnswerTo(query), from);
        await _run.Until(() => _run.Dropped == 1);

        _run.Ask(2);
        (query, from) = await _run.AtHost();
        _run.Host.SendTo(NamesRun.AnswerTo(query), from);
        _run.Host.SendTo(NamesRun.AnswerTo(query), from);
        await _run.Until(() => _run.Dropped == 2);
        Assert.Equal(2, (await _run.AtClient())[1]);
        Assert.Equal(0, _run.Client.Available);
        Assert.StartsWith("Warning relay test, invalid response from 127.0.0.1:", Assert.Single(_run.Warned), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 0x80)]
    [InlineData(2, 0x20)]
    [InlineData(13, 1)]
    [InlineData(16, 1)]
    [InlineData(18, 1)]
    public void An_answer_with_another_number_or_question_and_what_is_none_leave_the_query_waiting(int at, byte change) => _run.Run(async () =>
    {
        _run.Ask(1);
        (byte[] query, EndPoint from) = await _run.AtHost();
        byte[] wrong = NamesRun.AnswerTo(query);
        wrong[at] ^= change;

        _run.Host.SendTo(wrong, from);
        await _run.Until(() => _run.Dropped == 1);
        _run.Host.SendTo(NamesRun.AnswerTo(query), from);

        Assert.Equal(NamesRun.AnswerTo(NamesRun.Query(1)), await _run.AtClient());
    });

    [Fact]
    public void Where_too_many_wait_the_one_that_has_waited_longest_gives_way() => _run.Run(async () =>
    {
        await AskUnanswered(QueryTable.Most + 64);

        Assert.Equal(QueryTable.Most, _run.Queries.Count);
        Assert.Equal(_run.Total - QueryTable.Most + 1, _run.Queries.Entries().First().Id);
        Assert.Empty(_run.Failed);
    });

    [Fact]
    public void Hosts_are_asked_from_several_ports_and_from_others_later() => _run.Run(async () =>
    {
        HashSet<EndPoint> first = await Ports(60);
        Assert.InRange(first.Count, 2, HostSockets.Width);

        await _run.Pass(HostSockets.Life);

        HashSet<EndPoint> later = await Ports(60);
        Assert.Empty(later.Intersect(first));
    });

    [Fact]
    public void A_port_that_is_asked_from_no_more_takes_the_answers_that_are_owed() => _run.Run(async () =>
    {
        _run.Ask(1);
        (byte[] query, EndPoint from) = await _run.AtHost();
        await _run.Pass(HostSockets.Life);
        _ = await Ports(60);

        _run.Host.SendTo(NamesRun.AnswerTo(query), from);

        Assert.Equal(1, (await _run.AtClient())[1]);
    });

    [Fact]
    public void A_relay_that_is_released_answers_its_own_and_closes() => _run.Run(async () =>
    {
        _run.Ask(1);
        (byte[] query, EndPoint from) = await _run.AtHost();

        _run.Relay.Release();
        Assert.False(_run.Relay.IsClosed);
        _run.Host.SendTo(NamesRun.AnswerTo(query), from);

        Assert.Equal(1, (await _run.AtClient())[1]);
        Assert.True(_run.Relay.IsClosed);
    });

    [Fact]
    public void A_relay_that_is_retired_answers_for_a_moment_and_closes() => _run.Run(async () =>
    {
        _run.Relay.Retire();
        _ = await Ports(1);

        await _run.Pass(TimeSpan.FromSeconds(2));

        Assert.True(_run.Relay.IsClosed);
    });

    [Fact]
    public void A_query_and_its_answer_allocate_nothing() => _run.Run(async () =>
    {
        _run.Silence();
        _ = await Ports(200);

        long least = await Allocations.Least(Exchange);

        // Of a hundred exchanges: what is there is the test's own method.
        Assert.InRange(least, 0, 199);
    });

    [Fact]
    public void A_flood_of_what_is_no_query_allocates_nothing_and_is_said_once() => _run.Run(async () =>
    {
        await Flood();

        long least = await Allocations.Least(Flood);

        // Of a hundred: what is there is the test's own method.
        Assert.InRange(least, 0, 199);
        Assert.StartsWith("Warning relay test, malformed query from 127.0.0.1:", Assert.Single(_run.Warned), StringComparison.Ordinal);
    });

    private async ValueTask<HashSet<EndPoint>> Ports(int queries)
    {
        HashSet<EndPoint> ports = [];
        for (int i = 0; i < queries; i++)
        {
            _run.Ask((ushort)i);
            (byte[] query, EndPoint from) = await _run.AtHost();
            ports.Add(from);
            _run.Host.SendTo(NamesRun.AnswerTo(query), from);
            _ = await _run.AtClient();
        }

        return ports;
    }

    private async ValueTask AskUnanswered(int queries)
    {
        const int AtOnce = 64;
        for (int sent = 0; sent < queries; sent += AtOnce)
        {
            Assert.All(Enumerable.Range(sent, AtOnce), id => _run.Ask((ushort)id));
            long target = sent + AtOnce;
            await _run.Until(() => _run.Total == target);
            Drain();
        }
    }

    // A hundred queries and their answers, without a wait of the test.
    private async ValueTask Exchange()
    {
        for (int i = 0; i < 100; i++)
        {
            _ = _run.Client.Send(_query);
            while (_run.Queries.Count == 0)
            {
                await _run.Loop.NextTurn();
            }

            int length = _run.Host.ReceiveFrom(_received, SocketFlags.None, _from);
            _received[2] |= 0x80;
            _ = _run.Host.SendTo(_received.AsSpan(0, length), SocketFlags.None, _from);
            while (_run.Queries.Count > 0)
            {
                await _run.Loop.NextTurn();
            }

            _ = _run.Client.Receive(_received);
        }
    }

    private async ValueTask Flood()
    {
        long dropped = _run.Dropped + 100;
        for (int i = 0; i < 100; i++)
        {
            _ = _run.Client.Send(_query.AsSpan(0, 11));
        }

        while (_run.Dropped < dropped)
        {
            await _run.Loop.NextTurn();
        }
    }

    private void Drain()
    {
        byte[] received = new byte[100];
        while (_run.Host.Available > 0)
        {
            _ = _run.Host.Receive(received);
        }
    }
}
