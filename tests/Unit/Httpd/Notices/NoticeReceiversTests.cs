using System;
using System.Linq;
using System.Net;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Notices;
using Sluice.Unit.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Notices;

public sealed class NoticeReceiversTests
{
    private static readonly BlockNotice _first = new("/a", "one", TimeSpan.FromSeconds(1));
    private static readonly BlockNotice _other = new("/b", "two", TimeSpan.FromSeconds(1));
    private static readonly BlockNotice _slower = new("/a", "three", TimeSpan.FromSeconds(2));

    [Fact]
    public void Each_socket_with_its_timeout_has_one_number()
    {
        NoticeReceivers receivers = Of(null, _first, _other, _first with { Message = "another text" }, _slower);

        Assert.Equal([new("/a", _first.Timeout), new("/b", _other.Timeout), new("/a", _slower.Timeout)], receivers.All);
        Assert.Equal([0, 1, 0, 2], new[] { _first, _other, _first with { Message = "x" }, _slower }.Select(notice => (int)receivers.NumberOf(notice)));
    }

    [Fact]
    public void The_notifier_reads_what_the_parent_wrote()
    {
        NoticeReceivers receivers = Of(_first, _other);

        Assert.Equal(receivers.All, NoticeReceivers.Read(receivers.Write()));
        Assert.Null(NoticeReceivers.Read(receivers.Write().AsSpan(1)));
    }

    private static NoticeReceivers Of(params BlockNotice?[] notices)
    {
        Server server = Servers.Named("test", new IPEndPoint(IPAddress.Loopback, 80));
        return NoticeReceivers.Of(new HttpdConfiguration
        {
            Chroot = "/",
            LogDirectory = "/",
            Servers =
            [
                .. notices.Select(notice => server with
                {
                    Locations = [new Location { Path = "/", Settings = new Settings { NotifyOnBlock = notice } }],
                }),
            ],
        });
    }
}
