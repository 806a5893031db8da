using System;
using System.Linq;
using System.Text;

using Sluice.Engine.Tls;
using Sluice.Http.Codec;
using Sluice.Relayd.Tls;

using Xunit;

namespace Sluice.Unit.Relayd.Tls;

public sealed class ClientHelloTests
{
    public static TheoryData<string, string> Recorded => new()
    {
        { nameof(RecordedHellos.OpenSsl), "www.example.org" },
        { nameof(RecordedHellos.OpenSslWithoutName), "" },
        { nameof(RecordedHellos.OpenSslOldVersion), "www.example.org" },
        { nameof(RecordedHellos.Curl), "www.example.org" },
        { nameof(RecordedHellos.GnuTls), "www.example.org" },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_name_of_a_recorded_hello_is_read(string which, string name) => Assert.Equal("Complete " + name, Read(HelloOf(which)));

    [Theory]
    [MemberData(nameof(Recorded))]
    public void It_may_be_cut_anywhere_and_spread_over_records(string which, string name)
    {
        byte[] hello = HelloOf(which);
        byte[] message = hello[5..];

        Assert.All(Enumerable.Range(0, hello.Length), length => Assert.Equal("NeedMore ", Read(hello.AsSpan(0, length))));
        Assert.All([1, 2, 3, 5, 100, message.Length - 1], most => Assert.Equal("Complete " + name, Read(Hello.Records(message, most))));
    }

    [Fact]
    public void A_large_hello_with_an_encrypted_one_inside_has_the_name_of_the_outer_one()
    {
        byte[] hello = Hello.OfBrowser("public.example");

        Assert.InRange(hello.Length, 1500, 2000);
        Assert.Equal("Complete public.example", Read(hello));
        Assert.Equal("NeedMore ", Read(hello.AsSpan(0, 1400)));
        Assert.Equal("Complete public.example", Read(Hello.Records(hello[5..], 700)));
    }

    [Fact]
    public void What_comes_behind_it_is_not_looked_at() => Assert.Equal("Complete a.example", Read([.. Hello.For("a.example"), 23, 3, 3, 0]));

    [Theory]
    [InlineData("A.Example", "a.example")]
    [InlineData("a.example.", "a.example")]
    [InlineData("_dmarc.xn--bcher-kva.example", "_dmarc.xn--bcher-kva.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("1.2.3.4", "")]
    [InlineData("a.1", "")]
    [InlineData("::1", "")]
    [InlineData(".", "")]
    [InlineData("a..example", "")]
    [InlineData(".example", "")]
    [InlineData("a.example..", "")]
    [InlineData("a\0.example", "")]
    [InlineData("a b.example", "")]
    [InlineData("*.example", "")]
    [InlineData("b\u00fccher.example", "")]
    [InlineData("\u212aelvin.example", "")]
    public void What_is_no_name_of_a_host_is_none(string sent, string name) => Assert.Equal("Complete " + name, Read(Hello.For(sent)));

    [Theory]
    [InlineData(63, 3, 253, true)]
    [InlineData(63, 3, 254, false)]
    [InlineData(64, 1, 68, false)]
    public void A_name_and_its_labels_have_their_limits(int label, int labels, int length, bool isName)
    {
        string name = string.Concat(Enumerable.Repeat(new string('a', label) + ".", labels));
        name += new string('b', length - name.Length);

        Assert.Equal("Complete " + (isName ? name : ""), Read(Hello.For(name)));
    }

    [Fact]
    public void A_hello_without_extensions_has_no_name() => Assert.Equal("Complete ", Read(Hello.Records(Hello.Message(extensions: null))));

    [Theory]
    [InlineData("47")] // GET
    [InlineData("15")] // an alert
    [InlineData("1602")]
    [InlineData("160305")]
    [InlineData("1603010000")]
    [InlineData("1603014001")]
    [InlineData("16030100050200000100")] // another message
    [InlineData("16030100040100000000")]
    [InlineData("160301000401000000")]
    [InlineData("16030100080100000012345678")] // something behind it in the record
    [InlineData("1603010040014000000303")] // 4 MiB
    public void What_is_no_hello_is_rejected(string hex) => Assert.Equal("Rejected ", Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("0000")]
    [InlineData("000000020001")]
    [InlineData("00000000")]
    [InlineData("000000020000")]
    [InlineData("00000005000300000000")]
    [InlineData("000000050003000000")]
    [InlineData("0000000600040000016100")]
    [InlineData("0000000600040100016100")]
    [InlineData("00000006000401000161")]
    [InlineData("00000006000400000161000000060004000001620a")]
    [InlineData("0000000a000800000161000001620000")]
    [InlineData("000000060004000001610000000600040000016200")]
    public void A_name_that_could_be_read_in_two_ways_is_rejected(string extensions) =>
        Assert.Equal("Rejected ", Read(Hello.Records(Hello.Message(Convert.FromHexString(extensions)))));

    [Theory]
    [InlineData(0x0303, 33, 6, 1)]
    [InlineData(0x0202, 32, 6, 1)]
    [InlineData(0x0303, 0, 0, 1)]
    [InlineData(0x0303, 0, 5, 1)]
    [InlineData(0x0303, 0, 6, 0)]
    public void Its_parts_have_their_lengths(int version, int sessionId, int suites, int compressions)
    {
        byte[] body =
        [
            .. Hello.Number(version), .. new byte[32], (byte)sessionId, .. new byte[sessionId], .. Hello.Number(suites), .. new byte[suites], (byte)compressions, .. new byte[compressions],
        ];

        Assert.Equal("Rejected ", Read(Hello.Records(Hello.Whole(body))));
    }

    [Fact]
    public void A_hello_of_16_KiB_with_its_records_is_read_and_a_longer_one_is_not()
    {
        byte[] longest = Hello.Records(Padded(ClientHello.MostBytes - 5));

        Assert.Equal((ClientHello.MostBytes, "Complete a.example"), (longest.Length, Read(longest)));
        Assert.Equal("Rejected ", Read(Hello.Records(Padded(ClientHello.MostBytes - 4))));
        Assert.Equal("Rejected ", Read(Hello.Records(Padded(ClientHello.MostBytes - 5), 8000)));
        Assert.Equal("Rejected ", Read(Hello.Records(Padded(ClientHello.MostBytes - 4)).AsSpan(0, 9)));
    }

    private static byte[] HelloOf(string which) => (byte[])typeof(RecordedHellos).GetProperty(which)!.GetValue(null)!;

    private static byte[] Padded(int bytes)
    {
        byte[] named = Hello.Extension(0, Hello.Name("a.example"));
        int other = Hello.Message([.. named, .. Hello.Extension(21, [])]).Length;
        return Hello.Message([.. named, .. Hello.Extension(21, new byte[bytes - other])]);
    }

    private static string Read(ReadOnlySpan<byte> input)
    {
        byte[] name = new byte[HostName.Longest];
        ParseStatus status = ClientHello.Parse(input, name, out int length);
        return $"{status} {Encoding.Latin1.GetString(name, 0, length)}";
    }
}
