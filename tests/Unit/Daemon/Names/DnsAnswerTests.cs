using System;
using System.Linq;
using System.Text;

using Sluice.Daemon.Names;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class DnsAnswerTests
{
    private static readonly byte[] _header = [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] _question = [.. Name("_a._tcp.test"), 0, 33, 0, 1];

    [Fact]
    public void Services_are_read_and_the_shortest_time_counts()
    {
        DnsAnswer answer = Read(Service(60, 1, 2, 80, Name("one.test")), Service(30, 3, 4, 443, [3, (byte)'t', (byte)'w', (byte)'o', 0xc0, 12 + 8]))!;
        Assert.Equal([new ServiceRecord(1, 2, 80, "one.test"), new ServiceRecord(3, 4, 443, "two.test")], answer.Services);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Lifetime);
    }

    [Fact]
    public void The_root_says_that_there_is_no_service() => Assert.Equal("", Read(Service(1, 0, 0, 0, [0]))!.Services[0].Target);

    [Fact]
    public void Time_of_the_names_that_lead_to_it_counts()
    {
        byte[] alias = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 7, 0, 2, 0xc0, 12];
        byte[] address = [0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 192, 0, 2, 1];
        Assert.Equal(TimeSpan.FromSeconds(7), DnsAnswer.Read(Message(alias, address), RecordType.A)!.Lifetime);
    }

    [Fact]
    public void A_time_with_its_topmost_bit_is_none() =>
        Assert.Equal(TimeSpan.Zero, DnsAnswer.Read(Message([0xc0, 12, 0, 1, 0, 1, 0x80, 0, 0, 0, 0, 4, 192, 0, 2, 1]), RecordType.A)!.Lifetime);

    [Fact]
    public void Without_a_record_of_the_type_there_is_no_answer() => Assert.Null(DnsAnswer.Read(Message(Service(1, 1, 1, 1, Name("a.test"))), RecordType.A));

    [Fact]
    public void Nothing_shorter_is_an_answer()
    {
        byte[] whole = Message(Service(60, 1, 2, 80, Name("one.test")));
        Assert.NotNull(DnsAnswer.Read(whole, RecordType.Srv));
        Assert.DoesNotContain(Enumerable.Range(0, whole.Length), length => DnsAnswer.Read(whole.AsSpan(0, length), RecordType.Srv) is not null);
    }

    [Theory]
    [InlineData("c0ff")]
    [InlineData("c0")]
    [InlineData("c044")]
    [InlineData("0161c043")]
    [InlineData("40")]
    [InlineData("03612e6200")]
    [InlineData("01200000")]
    [InlineData("0161")]
    [InlineData("0000")]
    public void What_is_no_name_is_no_answer(string target) => Assert.Null(Read(Service(60, 1, 2, 80, Convert.FromHexString(target))));

    private static DnsAnswer? Read(params byte[][] records) => DnsAnswer.Read(Message(records), RecordType.Srv);

    private static byte[] Message(params byte[][] records)
    {
        byte[] message = [.. _header, .. _question, .. records.SelectMany(static record => record)];
        message[7] = (byte)records.Length;
        return message;
    }

    private static byte[] Service(byte time, byte priority, byte weight, ushort port, byte[] target) =>
        [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, time, 0, (byte)(6 + target.Length), 0, priority, 0, weight, (byte)(port >> 8), (byte)(port & 0xff), .. target];

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(static label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
