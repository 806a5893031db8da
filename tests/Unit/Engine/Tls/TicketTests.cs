using System;

using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class TicketTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TestAuthority _authority = new("authority");
    private readonly TicketKeys _keys = new(TimeSpan.FromHours(2));
    private readonly TicketKey _key = TicketKey.Make();

    public TicketTests()
    {
        _keys.Replace([_key]);
    }

    [Fact]
    public void Without_keys_a_client_gets_no_ticket()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = new(context);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.True(pair.ServerEnd.Pending.IsEmpty);
    }

    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_session_is_resumed_by_another_process_with_the_same_keys(int version)
    {
        TicketKeys others = new(TimeSpan.FromHours(2));
        others.Replace([new TicketKey(_key.Bytes)]);
        Assert.True(IsResumed(Settings(), Settings() with { Tickets = others }, version));
    }

    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_key_that_was_replaced_still_decrypts(int version)
    {
        TicketKeys later = new(TimeSpan.FromHours(2));
        later.Replace([TicketKey.Make(), _key]);
        Assert.True(IsResumed(Settings(), Settings() with { Tickets = later }, version));
    }

    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_key_that_is_gone_leads_to_a_whole_handshake(int version)
    {
        TicketKeys later = new(TimeSpan.FromHours(2));
        later.Replace([TicketKey.Make()]);
        Assert.False(IsResumed(Settings(), Settings() with { Tickets = later }, version));
    }

    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_ticket_of_another_listener_resumes_nothing(int version) =>
        Assert.False(IsResumed(Settings(), Settings() with { Listener = "127.0.0.1:8443"u8.ToArray() }, version));

    // D-42: whoever was not asked for a certificate does not get past the question with a ticket.
    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_ticket_never_leads_to_a_stricter_listener(int version)
    {
        ClientVerification clients = new(_authority.Pem, default, CertificateDemand.Required);
        Assert.False(IsResumed(Settings(), Settings() with { Clients = clients }, version));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _server.Dispose();
    }

    private TlsSettings Settings() => _server.Settings(TestCertificate.Of("P-256")) with { Tickets = _keys };

    private static bool IsResumed(TlsSettings first, TlsSettings second, int version)
    {
        using TlsContext firstContext = TestServer.Context(first);
        using TlsContext secondContext = TestServer.Context(second);
        using TlsPair pair = new TlsPair(firstContext).Version(version);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        nint session = pair.Session();
        using TlsPair again = new TlsPair(secondContext).Version(version).Resuming(session);
        TlsStep step = again.ShakeHands();
        ClientLibrary.SSL_SESSION_free(session);
        return step == TlsStep.Done && again.Facts.IsResumed;
    }
}
