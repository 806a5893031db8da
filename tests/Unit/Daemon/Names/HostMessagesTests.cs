using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Names;
using Sluice.Daemon.Wire;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class HostMessagesTests
{
    private static readonly HostSource _service = new(HostSourceKind.Service, "_http._tcp.test");

    private static readonly HostAnswer _answer = new(
        _service,
        [new FoundHost(IPAddress.Parse("192.0.2.1"), 8080, 3, "a.test"), new FoundHost(IPAddress.Parse("fe80::1%3"), 0, 0, Name: null)],
        TimeSpan.FromSeconds(7),
        "");

    [Fact]
    public void A_question_reads_as_it_was_written()
    {
        WireWriter writer = new();
        new HostQuestion(991, 990, [_service, new(HostSourceKind.File, "/a")]).Write(writer);
        HostQuestion read = HostQuestion.Read(writer.Written)!.Value;
        Assert.Equal((991u, 990u), (read.UserId, read.GroupId));
        Assert.Equal([_service, new(HostSourceKind.File, "/a")], read.Sources);
    }

    [Fact]
    public void Sources_read_as_they_were_written() =>
        Assert.Equal([_service], HostMessages.ReadSources(HostMessages.Write([_service])));

    [Fact]
    public void An_answer_reads_as_it_was_written()
    {
        HostAnswer read = HostMessages.ReadAnswer(HostMessages.Write(_answer))!;
        Assert.Equal(_answer with { Hosts = read.Hosts }, read);
        Assert.Equal(_answer.Hosts, read.Hosts);
    }

    [Fact]
    public void A_failure_reads_as_it_was_written() =>
        Assert.Equal("none", HostMessages.ReadAnswer(HostMessages.Write(HostAnswer.None(_service, "none")))!.Failure);

    [Fact]
    public void Nothing_shorter_or_longer_is_an_answer()
    {
        byte[] whole = HostMessages.Write(_answer);
        Assert.DoesNotContain(Enumerable.Range(0, whole.Length), length => HostMessages.ReadAnswer(whole.AsSpan(0, length)) is not null);
        Assert.Null(HostMessages.ReadAnswer([.. whole, 0]));
    }

    public static TheoryData<HostAnswer> Wrong =>
    [
        _answer with { Hosts = [] },
        _answer with { Failure = "with hosts" },
        _answer with { Lifetime = TimeSpan.Zero },
        _answer with { Lifetime = TimeSpan.FromDays(1) },
        _answer with { Hosts = [_answer.Hosts[0], _answer.Hosts[0]] },
        _answer with { Hosts = [_answer.Hosts[0] with { Port = 65536 }] },
        _answer with { Hosts = [_answer.Hosts[0] with { Weight = 256 }] },
        _answer with { Hosts = [_answer.Hosts[0] with { Name = "a b" }] },
        _answer with { Hosts = [_answer.Hosts[0] with { Name = "" }] },
        _answer with { Hosts = [_answer.Hosts[0] with { Address = IPAddress.Any }] },
        _answer with { Hosts = [_answer.Hosts[0] with { Address = IPAddress.Parse("ff02::1") }] },
        _answer with { Hosts = Many(HostAnswer.Most + 1) },
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_no_source_says_is_no_answer(HostAnswer wrong) => Assert.Null(HostMessages.ReadAnswer(HostMessages.Write(wrong)));

    [Fact]
    public void An_answer_of_the_most_hosts_fits_one_message() =>
        Assert.InRange(HostMessages.Write(_answer with { Hosts = Many(HostAnswer.Most) }).Length, 1, 65_000);

    private static List<FoundHost> Many(int count) =>
        [.. Enumerable.Range(1, count).Select(static number => new FoundHost(IPAddress.Parse($"2001:db8::{number:x}"), 1, 1, Name: null))];
}
