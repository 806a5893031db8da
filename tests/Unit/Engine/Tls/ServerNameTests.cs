using System;

using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class ServerNameTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TlsContext _first;
    private readonly TlsContext _second;
    private readonly TlsContext _third;

    public ServerNameTests()
    {
        _first = _server.Context(TestCertificate.Of("P-256", "www.example.com", "*.example.com"));
        _second = _server.Context(TestCertificate.Of("P-256", "www.example.com", "shop.example.com", "*.shop.example.com"));
        _third = _server.Context(TestCertificate.Of("P-384"));
        _first.Add(_second);
        _first.Add(_third);
    }

    [Theory]
    [InlineData("shop.example.com", 2)]
    [InlineData("SHOP.Example.COM", 2)]
    [InlineData("shop.example.com.", 2)]
    [InlineData("www.example.com", 1)]
    [InlineData("other.example.com", 1)]
    [InlineData("a.shop.example.com", 2)]
    [InlineData("a.b.example.com", 0)]
    [InlineData("example.com", 0)]
    [InlineData("*.example.com", 1)]
    [InlineData(".example.com", 0)]
    [InlineData("nobody", 3)]
    [InlineData("", 0)]
    [InlineData("shop.example.com\0", 0)]
    public void A_name_finds_its_certificate(string name, int expected)
    {
        byte[] bytes = TestCertificate.Bytes(name);
        TlsContext?[] contexts = [null, _first, _second, _third];
        Assert.Same(contexts[expected], _first.Find(bytes));
    }

    [Fact]
    public void A_name_longer_than_any_is_nobody() => Assert.Null(_first.Find(new byte[64 * 1024]));

    [Fact]
    public void The_client_is_served_by_whom_it_names()
    {
        using TlsPair pair = new TlsPair(_first).Named("a.shop.example.com");
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Same(_second, TlsCallbacks.Of(pair.Server.Ssl));
        Assert.Equal("a.shop.example.com", pair.Facts.ServerName);
    }

    [Theory]
    [InlineData("unknown.example.net")]
    [InlineData("")]
    public void A_client_that_names_nobody_known_is_served_by_the_first(string name)
    {
        using TlsPair pair = new TlsPair(_first).Named(name);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Same(_first, TlsCallbacks.Of(pair.Server.Ssl));
    }

    [Fact]
    public void A_context_without_a_certificate_serves_those_that_name_a_host_of_another_only()
    {
        using TlsContext none = TestServer.Context(_server.Settings(TestCertificate.Of("P-256")) with { Certificate = default });
        none.Add(_second);
        using TlsPair unnamed = new(none);
        using TlsPair named = new TlsPair(none).Named("shop.example.com");

        Assert.Equal((TlsStep.Failed, TlsStep.Done), (unnamed.ShakeHands(), named.ShakeHands()));
        Assert.Same(_second, TlsCallbacks.Of(named.Server.Ssl));
    }

    [Fact]
    public void A_certificate_of_a_listener_that_verifies_clients_is_not_added_to_one_that_does_not()
    {
        using TestAuthority authority = new("authority");
        TlsSettings settings = _server.Settings(TestCertificate.Of("P-256"));
        using TlsContext strict = TestServer.Context(
            settings with { Clients = new ClientVerification(authority.Pem, default, CertificateDemand.Required) });
        Assert.Throws<ArgumentException>(() => _first.Add(strict));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0, 4, 0, 0, 1 })]
    [InlineData(new byte[] { 0, 4, 1, 0, 1, 65 })]
    [InlineData(new byte[] { 0, 4, 0, 0, 2, 65 })]
    [InlineData(new byte[] { 0, 9, 0, 0, 1, 65 })]
    public void An_extension_that_is_malformed_names_nobody(byte[] extension) =>
        Assert.True(TlsCallbacks.NameIn(extension).IsEmpty);

    public void Dispose()
    {
        _third.Dispose();
        _second.Dispose();
        _first.Dispose();
        _server.Dispose();
    }
}
