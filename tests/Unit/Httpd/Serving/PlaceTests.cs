using System.Net;
using System.Text;

using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class PlaceTests
{
    private static readonly IPEndPoint _address = new(IPAddress.Loopback, 80);

    [Fact]
    public void Over_TLS_every_answer_says_how_long_it_must_be_TLS()
    {
        Hsts hsts = new(MaxAge: 600, Subdomains: true, Preload: true);
        Assert.Equal("max-age=600; includeSubDomains; preload", StrictTransportOf(hsts, UriScheme.Https, AnswerKind.Content));
        Assert.Equal("max-age=31536000", StrictTransportOf(new Hsts(), UriScheme.Https, AnswerKind.Page));
    }

    [Fact]
    public void Without_TLS_none_does() => Assert.Null(StrictTransportOf(new Hsts(), UriScheme.Http, AnswerKind.Content));

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(302, true)]
    [InlineData(303, true)]
    [InlineData(304, false)]
    [InlineData(305, false)]
    [InlineData(306, false)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    public void A_redirect_has_its_place_beside_some_codes(int code, bool has) =>
        Assert.Equal(has, Make(Servers.Named("a", _address), new Settings { Block = new Block(BlockAction.Return, code, "/x") }, UriScheme.Http).Redirect is not null);

    private static string? StrictTransportOf(Hsts hsts, UriScheme scheme, AnswerKind kind)
    {
        ResponseFields fields = new();
        Make(Servers.Named("a", _address) with { Hsts = hsts, Banner = false }, new Settings(), scheme).AddFields(fields, kind);
        return fields.Has("Strict-Transport-Security"u8) ? Encoding.ASCII.GetString(fields.Value(0)) : null;
    }

    private static Place Make(Server server, Settings settings, UriScheme scheme) =>
        new(server, settings, new(), 1, Existence.Any, 0, scheme);
}
