using System;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class HandshakeTests : IDisposable
{
    private readonly TestServer _server = new();

    [Theory]
    [InlineData("rsa", OpenSsl.TLS1_2_VERSION, "TLSv1.2")]
    [InlineData("rsa", OpenSsl.TLS1_3_VERSION, "TLSv1.3")]
    [InlineData("P-256", OpenSsl.TLS1_2_VERSION, "TLSv1.2")]
    [InlineData("P-256", OpenSsl.TLS1_3_VERSION, "TLSv1.3")]
    [InlineData("P-384", OpenSsl.TLS1_2_VERSION, "TLSv1.2")]
    [InlineData("P-384", OpenSsl.TLS1_3_VERSION, "TLSv1.3")]
    [InlineData("P-521", OpenSsl.TLS1_2_VERSION, "TLSv1.2")]
    [InlineData("P-521", OpenSsl.TLS1_3_VERSION, "TLSv1.3")]
    [InlineData("ed25519", OpenSsl.TLS1_2_VERSION, "TLSv1.2")]
    [InlineData("ed25519", OpenSsl.TLS1_3_VERSION, "TLSv1.3")]
    public void A_key_that_is_elsewhere_signs_in_both_versions(string kind, int version, string protocol)
    {
        using TlsContext context = _server.Context(TestCertificate.Of(kind));
        using TlsPair pair = new TlsPair(context).Version(version);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.True(pair.Client.IsEstablished);
        Assert.Equal(protocol, pair.Facts.Protocol);
    }

    [Fact]
    public void Bytes_go_through_in_both_directions()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        byte[] received = new byte[10];
        _ = pair.Client.Write("question"u8);
        Assert.Equal(TlsStep.Done, pair.Server.Read(received, out int asked));
        Assert.Equal("question", Encoding.ASCII.GetString(received, 0, asked));
        _ = pair.Server.Write("answer"u8);
        Assert.Equal(TlsStep.Done, pair.Client.Read(received, out int answered));
        Assert.Equal("answer", Encoding.ASCII.GetString(received, 0, answered));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(20)]
    public void A_record_comes_whole_however_much_of_it_was_there_when_buffers_went(int first)
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        _ = pair.Client.Write("question"u8);
        MemoryCiphertext way = pair.Divert();
        byte[] record = pair.ClientEnd.Pending.ToArray();
        byte[] received = new byte[10];
        way.TryAppend(record.AsSpan(0, first));
        Assert.Equal(TlsStep.NeedInput, pair.Server.Read(received, out _));

        pair.Server.Cool();
        way.TryAppend(record.AsSpan(first));

        Assert.Equal(TlsStep.Done, pair.Server.Read(received, out int count));
        Assert.Equal("question", Encoding.ASCII.GetString(received, 0, count));
    }

    [Fact]
    public void What_was_not_read_of_a_record_outlasts_buffers_that_went()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        byte[] received = new byte[4];
        _ = pair.Client.Write("question"u8);
        _ = pair.Server.Read(received, out _);

        pair.Server.Cool();

        Assert.Equal(TlsStep.Done, pair.Server.Read(received, out int count));
        Assert.Equal("tion", Encoding.ASCII.GetString(received, 0, count));
    }

    [Fact]
    public void Nothing_is_allocated_for_what_goes_through()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        byte[] buffer = new byte[TlsTransformer.RecordSize];
        GoThrough(pair, buffer, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        GoThrough(pair, buffer, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_client_of_TLS_1_1_is_refused()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("rsa"));
        using TlsPair pair = new TlsPair(context).Version(0x0302).Ciphers("ALL:@SECLEVEL=0");
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("unsupported protocol", pair.Server.Error.Describe());
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES128-SHA256")]
    [InlineData("AES128-GCM-SHA256")]
    [InlineData("DHE-RSA-AES128-GCM-SHA256")]
    public void A_client_without_ephemeral_keys_and_authenticated_encryption_is_refused(string cipher)
    {
        using TlsContext context = _server.Context(TestCertificate.Of("rsa"));
        using TlsPair pair = new TlsPair(context).Version(OpenSsl.TLS1_2_VERSION).Ciphers(cipher);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("no shared cipher", pair.Server.Error.Describe());
    }

    [Theory]
    [InlineData("HIGH", DhParameters.None, "ECDHE-RSA-AES128-SHA256")]
    [InlineData("HIGH", DhParameters.Automatic, "DHE-RSA-AES128-GCM-SHA256")]
    public void What_the_configuration_allows_is_accepted(string allowed, DhParameters dhe, string cipher)
    {
        using TlsContext context = TestServer.Context(_server.Settings(TestCertificate.Of("rsa")) with { Ciphers = allowed, Dhe = dhe });
        using TlsPair pair = new TlsPair(context).Version(OpenSsl.TLS1_2_VERSION).Ciphers(cipher);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal(cipher, pair.Facts.Cipher);
    }

    [Fact]
    public void A_protocol_that_is_off_is_refused()
    {
        using TlsContext context = TestServer.Context(
            _server.Settings(TestCertificate.Of("P-256")) with { Protocols = TlsProtocols.Tls13 });
        using TlsPair pair = new TlsPair(context).Version(OpenSsl.TLS1_2_VERSION);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
    }

    [Fact]
    public void The_first_protocol_that_both_speak_is_chosen()
    {
        using TlsContext context = TestServer.Context(
            _server.Settings(TestCertificate.Of("P-256")) with { ApplicationProtocols = ["http/1.1", "http/1.0"] });
        using TlsPair pair = new TlsPair(context).Speaking("http/1.0", "h2", "http/1.1");
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal("http/1.1", pair.Facts.ApplicationProtocol);
    }

    [Fact]
    public void A_client_that_speaks_none_of_ours_is_refused()
    {
        using TlsContext context = TestServer.Context(
            _server.Settings(TestCertificate.Of("P-256")) with { ApplicationProtocols = ["http/1.1"] });
        using TlsPair pair = new TlsPair(context).Speaking("h2", "acme-tls/1");
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("no application protocol", pair.Server.Error.Describe());
    }

    [Fact]
    public void Without_protocols_the_question_is_not_answered()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = new TlsPair(context).Speaking("h2");
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal("", pair.Facts.ApplicationProtocol);
    }

    [Fact]
    public void The_OCSP_response_is_stapled()
    {
        byte[] response = [0x30, 0x03, 0x0a, 0x01, 0x06];
        using TlsContext context = TestServer.Context(_server.Settings(TestCertificate.Of("P-256")) with { OcspResponse = response });
        using TlsPair pair = new(context);
        _ = ClientLibrary.SSL_ctrl(pair.Client.Ssl, ClientLibrary.SetStatusType, 1, default);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal(response.Length, ClientLibrary.SSL_ctrl(pair.Client.Ssl, ClientLibrary.GetOcspResponse, 0, out _));
    }

    [Fact]
    public void Renegotiation_is_refused()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = new TlsPair(context).Version(OpenSsl.TLS1_2_VERSION);
        _ = pair.ShakeHands();
        Assert.Equal(1, ClientLibrary.SSL_renegotiate(pair.Client.Ssl));
        _ = ClientLibrary.SSL_do_handshake(pair.Client.Ssl);
        byte[] received = new byte[1];
        Assert.Equal(TlsStep.NeedInput, pair.Server.Read(received, out _));
        Assert.Equal(TlsStep.Failed, pair.Client.Read(received, out _));
    }

    [Fact]
    public void A_new_key_is_answered_with_a_new_key()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        _ = ClientLibrary.SSL_key_update(pair.Client.Ssl, 1);
        _ = pair.Client.Write("x"u8);
        byte[] received = new byte[1];
        Assert.Equal(TlsStep.Done, pair.Server.Read(received, out _));
        Assert.Equal(TlsStep.Done, pair.Server.Write("y"u8));
        Assert.Equal(TlsStep.Done, pair.Client.Read(received, out _));
    }

    [Fact]
    public void Nobody_keeps_TLS_reading_with_new_keys()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        SendKeys(pair, 10_000);
        Assert.Equal(TlsStep.Silent, pair.Server.Read(new byte[1], out _));
    }

    [Fact]
    public void An_end_that_was_said_is_an_end()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        pair.Client.End();
        pair.ClientEnd.IsEnded = true;
        Assert.Equal(TlsStep.Ended, pair.Server.Read(new byte[1], out _));
        Assert.Equal(TlsStep.Done, pair.Server.Write("more"u8));
    }

    [Fact]
    public void An_end_that_was_not_said_is_none()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        pair.ClientEnd.IsEnded = true;
        Assert.Equal(TlsStep.Truncated, pair.Server.Read(new byte[1], out _));
        Assert.Equal(TlsStep.Truncated, pair.Server.Read(new byte[1], out _));
    }

    [Fact]
    public void Wrong_ciphertext_is_a_mistake_of_the_peer()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        _ = pair.ClientEnd.TryAppend([0x17, 3, 3, 0, 20, .. new byte[20]]);
        Assert.Equal(TlsStep.Failed, pair.Server.Read(new byte[1], out _));
        Assert.Equal("decryption failed or bad record mac", pair.Server.Error.Describe());
    }

    [Fact]
    public void One_failure_leaves_nothing_behind_for_another_connection()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        using TlsPair pair = Shaken(context);
        using TlsPair other = new TlsPair(context).Version(0x0302).Ciphers("ALL:@SECLEVEL=0");
        Assert.Equal(TlsStep.Failed, other.ShakeHands());
        Assert.Equal(TlsStep.NeedInput, pair.Server.Read(new byte[1], out _));
    }

    [Fact]
    public void A_refused_signature_fails_the_handshake()
    {
        TlsSettings settings = _server.Settings(TestCertificate.Of("P-256")) with { KeyId = 99 };
        using TlsContext context = TestServer.Context(settings);
        using TlsPair pair = new(context);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.NotEqual(default, pair.Server.Error);
    }

    [Fact]
    public void A_signer_that_is_away_fails_the_handshake()
    {
        using TlsContext context = TestServer.Context(_server.Settings(TestCertificate.Of("rsa")) with { Signer = new Away() });
        using TlsPair pair = new(context);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
    }

    [Fact]
    public void An_exception_below_TLS_comes_out_above_it()
    {
        using TlsContext context = _server.Context(TestCertificate.Of("P-256"));
        TlsTransformer tls = new(new Broken());
        tls.OpenServer(context.Handle);
        Assert.Throws<NotSupportedException>(() => tls.Handshake());
        tls.Close();
    }

    [Fact]
    public void The_warm_up_goes_through() => TlsWarmUp.Run();

    public void Dispose() => _server.Dispose();

    private static TlsPair Shaken(TlsContext context)
    {
        TlsPair pair = new(context);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        return pair;
    }

    private static void GoThrough(TlsPair pair, byte[] buffer, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _ = pair.Client.Write(buffer);
            _ = pair.Server.Read(buffer, out _);
            _ = pair.Server.Write(buffer);
            _ = pair.Client.Read(buffer, out _);
        }
    }

    private static void SendKeys(TlsPair pair, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = ClientLibrary.SSL_key_update(pair.Client.Ssl, 0);
            _ = ClientLibrary.SSL_do_handshake(pair.Client.Ssl);
        }
    }

    private sealed class Away : ISigner
    {
        public SigningResult Sign(
            SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
        {
            length = 0;
            return SigningResult.Unavailable;
        }
    }

    private sealed class Broken : ICiphertext
    {
        public IoResult Receive(Span<byte> destination) => throw new NotSupportedException();

        public bool TryAppend(ReadOnlySpan<byte> records) => throw new NotSupportedException();
    }
}
