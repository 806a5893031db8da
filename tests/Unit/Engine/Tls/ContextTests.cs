using System;

using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class ContextTests : IDisposable
{
    private readonly TestServer _server = new();

    [Fact]
    public void Ciphers_that_are_none_are_refused() =>
        Refused(Settings() with { Ciphers = "nothing" }, "no cipher matches \"nothing\"");

    [Fact]
    public void Groups_that_are_none_are_refused() =>
        Refused(Settings() with { Groups = "X25519:nothing" }, "not all groups are known: \"X25519:nothing\"");

    [Fact]
    public void No_version_is_too_few() =>
        Refused(Settings() with { Protocols = TlsProtocols.None }, "no version of TLS is left");

    [Fact]
    public void Text_without_a_certificate_is_refused() =>
        Refused(Settings() with { Certificate = "nothing"u8.ToArray() }, "there is no certificate in it");

    [Fact]
    public void Connections_outlive_their_context()
    {
        TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = new(context);
        context.Dispose();
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
    }

    public void Dispose() => _server.Dispose();

    private TlsSettings Settings() => _server.Settings(TestCertificate.Of("P-256"));

    private static void Refused(TlsSettings settings, string expected)
    {
        using TlsContext? context = TlsContext.Create(settings, out string error);
        Assert.Null(context);
        Assert.Equal(expected, error);
    }
}
