using System;

using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

/// <summary>A client's first words wait until it is known who answers.</summary>
[Collection("TLS")]
public sealed class ChoiceTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TlsContext _waiting;
    private readonly TlsContext _chosen;

    public ChoiceTests()
    {
        _waiting = TestServer.Context(_server.Settings(TestCertificate.Of("P-256", "waiting")) with { Hello = HelloAnswer.Chosen, ApplicationProtocols = ["http/1.1"] });
        _chosen = TestServer.Context(_server.Settings(TestCertificate.Of("P-256", "chosen")) with { ApplicationProtocols = ["http/1.1"] });
    }

    public void Dispose()
    {
        _waiting.Dispose();
        _chosen.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData(TlsProtocols.Tls12)]
    [InlineData(TlsProtocols.Tls13)]
    public void The_certificate_that_was_chosen_is_shown(TlsProtocols version)
    {
        using TlsConnector connector = Connector(version);
        TlsPeer peer = connector.For("named.example");
        using TlsPair pair = new(_waiting, peer);

        Assert.Equal(TlsStep.Heard, pair.ShakeHands());
        Assert.Equal("named.example", pair.Server.NamedHost);
        Assert.True(pair.ServerEnd.Pending.IsEmpty);
        pair.Server.Choose(_chosen.Handle);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.True(pair.Client.IsEstablished);

        using CertificateChain expected = CertificateChain.Read(TestCertificate.Of("P-256", "chosen").Certificate, out _)!;
        Assert.Equal(expected.LeafBytes(), peer.Certificate!.Content.ToArray());
    }

    [Fact]
    public void What_both_speak_is_agreed_on_as_ever()
    {
        using TlsPair pair = new TlsPair(_waiting).Speaking("h2", "http/1.1");
        _ = pair.ShakeHands();
        pair.Server.Choose(_chosen.Handle);

        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal("http/1.1", pair.Facts.ApplicationProtocol);
    }

    // The client offers a key for a group that the server does not have, so it has to say its first words twice.
    [Fact]
    public void A_client_that_has_to_ask_twice_is_heard_once()
    {
        TlsSettings settings = _server.Settings(TestCertificate.Of("P-256", "chosen")) with { Groups = "P-384" };
        using TlsContext waiting = TestServer.Context(settings with { Hello = HelloAnswer.Chosen });
        using TlsContext chosen = TestServer.Context(settings);
        using TlsConnector connector = Connector(TlsProtocols.Tls13);
        using TlsPair pair = new(waiting, connector.For("named.example"));

        Assert.Equal(TlsStep.Heard, pair.ShakeHands());
        pair.Server.Choose(chosen.Handle);

        Assert.Equal(TlsStep.Done, pair.ShakeHands());
    }

    [Theory]
    [InlineData(TlsProtocols.Tls12)]
    [InlineData(TlsProtocols.Tls13)]
    public void A_client_that_nobody_answers_is_told_so(TlsProtocols version)
    {
        using TlsConnector connector = Connector(version);
        using TlsPair pair = new(_waiting, connector.For("named.example"));
        _ = pair.ShakeHands();

        pair.Server.Refuse();

        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("tlsv1 alert internal error", pair.Client.Error.Describe());
    }

    [Fact]
    public void A_name_is_heard_as_names_are_compared()
    {
        using TlsPair pair = new TlsPair(_waiting).Named("NAMED.Example.");

        Assert.Equal(TlsStep.Heard, pair.ShakeHands());
        Assert.Equal("named.example", pair.Server.NamedHost);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("named..example")]
    [InlineData("*.example")]
    public void What_is_no_name_of_a_host_is_told_to_nobody(string name)
    {
        using TlsPair pair = new TlsPair(_waiting).Named(name);

        Assert.Equal(TlsStep.Heard, pair.ShakeHands());
        Assert.Null(pair.Server.NamedHost);
    }

    [Fact]
    public void A_client_that_names_nobody_is_heard()
    {
        using TlsPair pair = new(_waiting);

        Assert.Equal(TlsStep.Heard, pair.ShakeHands());
        Assert.Null(pair.Server.NamedHost);
    }

    private static TlsConnector Connector(TlsProtocols version) =>
        TlsConnector.Create(new TlsConnectorSettings { Protocols = version, Whole = WholeHandshakes.All }, out _)!;
}
