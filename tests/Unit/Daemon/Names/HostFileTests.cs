using System.Linq;
using System.Text;

using Sluice.Daemon.Names;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class HostFileTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1 0 0")]
    [InlineData("192.0.2.1\n2001:db8::1\n", "192.0.2.1 0 0|2001:db8::1 0 0")]
    [InlineData("192.0.2.1 port 8080 weight 3\r\n", "192.0.2.1 8080 3")]
    [InlineData("\t192.0.2.1\tweight 255   port 65535 # ours", "192.0.2.1 65535 255")]
    [InlineData("# all\n\n 192.0.2.1#first\n", "192.0.2.1 0 0")]
    [InlineData("192.0.2.1 port 1\n192.0.2.1 port 2\n192.0.2.1", "192.0.2.1 1 0|192.0.2.1 2 0|192.0.2.1 0 0")]
    public void Lines_are_hosts(string text, string expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData("", "f: no hosts: a line is: address [port number] [weight number]")]
    [InlineData("# none\n", "f: no hosts: a line is: address [port number] [weight number]")]
    [InlineData("\nwww.test", "f:2: www.test is no address: names belong into relayd.conf, as name resolve")]
    [InlineData("1.2.3", "f:1: 1.2.3 is no address: names belong into relayd.conf, as name resolve")]
    [InlineData("192.0.2.01", "f:1: 192.0.2.01 is no address: names belong into relayd.conf, as name resolve")]
    [InlineData("192.0.2.0/24", "f:1: 192.0.2.0/24 is no address: names belong into relayd.conf, as name resolve")]
    [InlineData("0.0.0.0", "f:1: 0.0.0.0 can be no host: write the address of one")]
    [InlineData("224.0.0.1", "f:1: 224.0.0.1 can be no host: write the address of one")]
    [InlineData("ff02::1", "f:1: ff02::1 can be no host: write the address of one")]
    [InlineData("192.0.2.1 port", "f:1: port needs a number from 1 to 65535")]
    [InlineData("192.0.2.1 port 0", "f:1: port needs a number from 1 to 65535")]
    [InlineData("192.0.2.1 port +1", "f:1: port needs a number from 1 to 65535")]
    [InlineData("192.0.2.1 port 65536", "f:1: port needs a number from 1 to 65535")]
    [InlineData("192.0.2.1 port http", "f:1: port needs a number from 1 to 65535")]
    [InlineData("192.0.2.1 weight 5\0", "f:1: weight needs a number from 1 to 255")]
    [InlineData("192.0.2.1 weight 256", "f:1: weight needs a number from 1 to 255")]
    [InlineData("192.0.2.1 port 1 port 1", "f:1: port stands here twice")]
    [InlineData("192.0.2.1 192.0.2.2", "f:1: 192.0.2.2 is not understood: a line is: address [port number] [weight number]")]
    [InlineData("192.0.2.1\n192.0.2.1 weight 2", "f:2: 192.0.2.1 stands here twice: one line has a weight, not several")]
    [InlineData("192.0.2.1\0", "f:1: 192.0.2.1\0 is no address: names belong into relayd.conf, as name resolve")]
    public void What_is_wrong_is_said_with_its_line(string text, string expected) => Assert.Equal(expected, Read(text));

    [Fact]
    public void A_file_has_so_many_hosts_and_no_more()
    {
        string most = string.Join('\n', Enumerable.Range(1, HostAnswer.Most).Select(static number => $"2001:db8::{number:x}"));
        Assert.Equal(HostAnswer.Most, Read(most).Split('|').Length);
        Assert.Equal($"f:{HostAnswer.Most + 1}: more than {HostAnswer.Most} hosts: use several tables", Read(most + "\n::2"));
    }

    private static string Read(string text) => HostFile.TryRead("f", Encoding.Latin1.GetBytes(text), out HostFile file, out string failure)
        ? string.Join('|', file.Hosts.Select(static host => $"{host.Address} {host.Port} {host.Weight}"))
        : failure;
}
