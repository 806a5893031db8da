using System;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class UserAgentLineFeedTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\t\n\nGET / HTTP/1.0\r\n\r\n";

    [Fact]
    public void A_line_feed_belongs_to_the_value_of_User_Agent()
    {
        RequestHead head = new();
        Assert.Equal(ParseStatus.Complete, Parse(Request, head));
        Assert.Equal("x\t\n\nGET / HTTP/1.0", Encoding.Latin1.GetString(head.Value(KnownField.UserAgent)));
    }

    [Fact]
    public void And_the_connection_ends_after_the_answer()
    {
        RequestHead head = new();
        _ = Parse(Request, head);
        Assert.Equal(Continuation.Close, Persistence.OfRequest(head));
    }

    [Fact]
    public void In_any_other_field_it_is_rejected() =>
        Assert.Equal(ParseStatus.Rejected, Parse(Request.Replace("User-Agent", "X-Agent", StringComparison.Ordinal), new RequestHead()));

    [Fact]
    public void Every_cut_of_the_input_gives_the_same_result()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Request);
        Assert.All(bytes, (_, cut) =>
        {
            RequestHead head = new();
            Assert.Equal(ParseStatus.NeedMore, RequestParser.Parse(bytes.AsSpan(0, cut), head, HeadLimits.Httpd));
            Assert.Equal(ParseStatus.Complete, RequestParser.Parse(bytes, head, HeadLimits.Httpd));
        });
    }

    private static ParseStatus Parse(string request, RequestHead head) =>
        RequestParser.Parse(Encoding.Latin1.GetBytes(request), head, HeadLimits.Httpd);
}
