using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Wire;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Serving;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Passwords;

/// <summary>A server's side of the conversation; the test is the auth process.</summary>
public sealed class PasswordChannelTests : IDisposable
{
    private static readonly Guard _guard = new(3, 1, "");
    private static readonly SocketAddress _client = SocketAddress.FromIp([192, 0, 2, 1], 1234);

    private readonly LoopRun _run = new();
    private readonly PasswordChannel _passwords;
    private readonly byte[] _message = new byte[Channel.LongestMessage];
    private readonly List<Verdict> _verdicts = [];
    private Channel? _auth;

    public PasswordChannelTests()
    {
        _passwords = new PasswordChannel(_run.Loop);
    }

    public void Dispose()
    {
        _auth?.Dispose();
        _run.Dispose();
    }

    [Theory]
    [InlineData((int)Verdict.Granted)]
    [InlineData((int)Verdict.Refused)]
    [InlineData((int)Verdict.Unavailable)]
    public void The_answer_of_the_auth_process_is_the_verdict(int verdict)
    {
        _run.Run(async () =>
        {
            Connect();
            Ask("ada:secret");
            await Answer((Verdict)verdict, "ada:secret");
            await _run.Pass(TimeSpan.Zero);
        });

        Assert.Equal([(Verdict)verdict], _verdicts);
    }

    [Fact]
    public void Answers_may_come_in_any_order()
    {
        _run.Run(async () =>
        {
            Connect();
            Ask("a:1");
            Ask("b:2");
            long first = await Receive("a:1");
            long second = await Receive("b:2");
            Send(second, Verdict.Granted);
            await Answered(1);
            Send(first, Verdict.Refused);
            await Answered(2);
        });

        Assert.Equal([Verdict.Granted, Verdict.Refused], _verdicts);
    }

    [Fact]
    public void A_question_is_given_up_after_ten_seconds()
    {
        _run.Run(async () =>
        {
            Connect();
            Ask("ada:secret");
            await _run.Pass(TimeSpan.FromSeconds(9));
            Assert.Empty(_verdicts);
            await _run.Pass(TimeSpan.FromSeconds(1));
        });

        Assert.Equal([Verdict.Unavailable], _verdicts);
    }

    [Fact]
    public void A_successor_is_asked_what_is_open()
    {
        _run.Run(async () =>
        {
            Connect();
            Ask("ada:secret");
            _ = await Receive("ada:secret");
            _auth!.Dispose();
            await _run.Pass(TimeSpan.Zero);
            Ask("bob:other");
            Connect();
            await Answer(Verdict.Granted, "ada:secret");
            await Answer(Verdict.Refused, "bob:other");
            await Answered(2);
        });

        Assert.Equal([Verdict.Granted, Verdict.Refused], _verdicts);
    }

    [Fact]
    public void More_than_the_channel_holds_is_sent_as_it_is_taken()
    {
        const int Count = 1000;
        _run.Run(async () =>
        {
            Connect();
            AskMany(Count);
            await AnswerMany(Count);
            await Answered(Count);
        });

        Assert.Equal(Count, _verdicts.Count(verdict => verdict == Verdict.Granted));
    }

    [Fact]
    public void Too_many_questions_are_not_asked()
    {
        _run.Run(() =>
        {
            AskMany(PasswordChecks.MostQuestions + 1);
            return default;
        });

        Assert.Equal([Verdict.Unavailable], _verdicts);
    }

    [Theory]
    [InlineData("192.0.2.1:1", "192.0.2.1:2", true)]
    [InlineData("192.0.2.1:1", "192.0.2.2:1", false)]
    [InlineData("[::ffff:192.0.2.1]:1", "192.0.2.1:2", true)]
    [InlineData("[2001:db8:0:1::1]:1", "[2001:db8:0:1:ff::2]:1", true)]
    [InlineData("[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", false)]
    [InlineData("[2001:db8::]:1", "32.1.13.184:1", false)]
    public void A_network_of_64_bits_is_one_client(string one, string other, bool areSame)
    {
        Assert.True(SocketAddress.TryParse(Encoding.ASCII.GetBytes(one), out SocketAddress first));
        Assert.True(SocketAddress.TryParse(Encoding.ASCII.GetBytes(other), out SocketAddress second));

        Assert.Equal(areSame, PasswordChannel.ClientOf(first) == PasswordChannel.ClientOf(second));
    }

    private void Connect()
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        theirs.Attach(_run.Loop);
        ours.Attach(_run.Loop);
        _auth = ours;
        _passwords.Connect(theirs);
    }

    private void Ask(string text) => _run.Loop.Spawn(() => Wait(text));

    private void AskMany(int count)
    {
        foreach (int number in Enumerable.Range(0, count))
        {
            Ask($"user{number}:{new string('x', 1000)}");
        }
    }

    private async ValueTask AnswerMany(int count)
    {
        foreach (int number in Enumerable.Range(0, count))
        {
            await Answer(Verdict.Granted, $"user{number}:{new string('x', 1000)}");
        }
    }

    private async ValueTask Wait(string text) =>
        _verdicts.Add(await _passwords.Ask(_guard, _client, Encoding.ASCII.GetBytes(text), text.IndexOf(':', StringComparison.Ordinal)));

    private async ValueTask Answer(Verdict verdict, string text) => Send(await Receive(text), verdict);

    private void Send(long number, Verdict verdict)
    {
        WireWriter writer = new();
        new PasswordAnswer(number, verdict).Write(writer);
        Assert.Equal(ChannelStatus.Done, _auth!.TrySend(writer.Written));
    }

    private async ValueTask<long> Receive(string text)
    {
        ChannelResult received;
        while ((received = _auth!.TryReceive(_message, out _)).Status == ChannelStatus.Again)
        {
            Assert.Equal(Wake.Ready, await _auth.Readable());
        }

        Assert.True(PasswordQuestion.TryRead(_message.AsSpan(0, received.LengthBytes), out PasswordQuestion question));
        Assert.Equal((3u, 1, text), (question.Generation, question.File, Encoding.ASCII.GetString(question.Text)));
        return question.Number;
    }

    private async ValueTask Answered(int count)
    {
        while (_verdicts.Count < count)
        {
            await _run.Loop.NextTurn();
        }
    }
}
