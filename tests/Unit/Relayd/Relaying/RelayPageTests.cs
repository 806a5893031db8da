using System;
using System.Text;

using Sluice.Http.Codec;
using Sluice.Relayd.Relaying;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>The heads of pages that tell clients of errors.</summary>
public sealed class RelayPageTests
{
    // RFC 9110 15.5.6: 405 names the methods that there are.
    [Fact]
    public void A_method_that_is_not_allowed_is_answered_with_those_that_are() =>
        Assert.Contains("\r\nAllow: GET\r\n", Head(Refusal.WebSocketMethod), StringComparison.Ordinal);

    [Fact]
    public void Other_errors_name_no_method() =>
        Assert.DoesNotContain("Allow", Head(Refusal.Forbidden), StringComparison.Ordinal);

    private static string Head(Refusal refusal) =>
        Encoding.ASCII.GetString(new RelayPage(style: null, "127.0.0.1 port 80").Answer(refusal, [], DateTimeOffset.UnixEpoch, Method.Head));
}
