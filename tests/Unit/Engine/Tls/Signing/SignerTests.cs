using System;
using System.Linq;

using Sluice.Engine.Tls.Signing;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls.Signing;

[Collection("TLS")]
public sealed class SignerTests : IDisposable
{
    private const uint Rsa = 1;
    private const uint Ecdsa = 2;

    private readonly TlsSigner _signer = new();
    private readonly byte[] _signature = new byte[512];

    // What TLS 1.3 and TLS 1.2 have signed.
    private readonly byte[] _verify = [.. Enumerable.Repeat((byte)' ', 64), .. "TLS 1.3, server CertificateVerify\0"u8, .. new byte[32]];
    private readonly byte[] _exchange = [.. new byte[64], 3, 0, 0x1d, 32, .. new byte[32]];
    private readonly byte[] _fieldExchange = [.. new byte[64], 1, 0, .. new byte[256], 0, 1, 2, 1, 0, .. new byte[256]];

    public SignerTests()
    {
        Assert.True(_signer.TryAdd(Rsa, TestCertificate.Of("rsa").Key, out _));
        Assert.True(_signer.TryAdd(Ecdsa, TestCertificate.Of("P-256").Key, out _));
    }

    [Theory]
    [InlineData(Rsa, SignatureScheme.RsaPssSha256)]
    [InlineData(Rsa, SignatureScheme.RsaPssSha512)]
    [InlineData(Ecdsa, SignatureScheme.EcdsaSha256)]
    public void A_handshake_of_TLS_1_3_is_signed(uint key, SignatureScheme scheme)
    {
        Assert.Equal(SigningResult.Done, _signer.Sign(scheme, key, _verify, _signature, out int length));
        Assert.True(length > 0);
    }

    [Theory]
    [InlineData(Rsa, SignatureScheme.RsaPkcs1Sha256)]
    [InlineData(Rsa, SignatureScheme.RsaPssSha384)]
    [InlineData(Ecdsa, SignatureScheme.EcdsaSha384)]
    public void A_handshake_of_TLS_1_2_is_signed(uint key, SignatureScheme scheme)
    {
        Assert.Equal(SigningResult.Done, _signer.Sign(scheme, key, _exchange, _signature, out _));
        Assert.Equal(SigningResult.Done, _signer.Sign(scheme, key, _fieldExchange, _signature, out _));
    }

    [Fact]
    public void Any_part_of_a_handshake_is_none()
    {
        Assert.All(Enumerable.Range(0, _verify.Length), length => Assert.NotEqual(SignedContentKind.CertificateVerify, SignedContent.KindOf(_verify.AsSpan(0, length))));
        Assert.All(Enumerable.Range(0, _exchange.Length), length => Assert.Equal(SignedContentKind.Other, SignedContent.KindOf(_exchange.AsSpan(0, length))));
        Assert.All(Enumerable.Range(0, _fieldExchange.Length), length => Assert.Equal(SignedContentKind.Other, SignedContent.KindOf(_fieldExchange.AsSpan(0, length))));
    }

    [Fact]
    public void A_handshake_with_something_behind_it_is_none()
    {
        Assert.Equal(SignedContentKind.Other, SignedContent.KindOf([.. _verify, 0]));
        Assert.Equal(SignedContentKind.Other, SignedContent.KindOf([.. _exchange, 0]));
        Assert.Equal(SignedContentKind.Other, SignedContent.KindOf([.. _fieldExchange, 0]));
    }

    [Fact]
    public void A_handshake_of_a_client_is_not_signed()
    {
        byte[] content = [.. Enumerable.Repeat((byte)' ', 64), .. "TLS 1.3, client CertificateVerify\0"u8, .. new byte[32]];
        Assert.Equal(SigningResult.NotAHandshake, _signer.Sign(SignatureScheme.EcdsaSha256, Ecdsa, content, _signature, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(130)]
    [InlineData(4096)]
    public void Anything_else_is_not_signed(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        Assert.Equal(SigningResult.NotAHandshake, _signer.Sign(SignatureScheme.RsaPssSha256, Rsa, content, _signature, out int signed));
        Assert.Equal(0, signed);
    }

    [Theory]
    [InlineData(Rsa, SignatureScheme.RsaPkcs1Sha256)]
    [InlineData(Rsa, SignatureScheme.EcdsaSha256)]
    [InlineData(Ecdsa, SignatureScheme.RsaPssSha256)]
    [InlineData(Ecdsa, SignatureScheme.Ed25519)]
    [InlineData(Ecdsa, SignatureScheme.None)]
    [InlineData(Ecdsa, (SignatureScheme)0x0203)]
    public void A_scheme_that_does_not_fit_is_refused(uint key, SignatureScheme scheme) =>
        Assert.Equal(SigningResult.WrongScheme, _signer.Sign(scheme, key, _verify, _signature, out _));

    [Fact]
    public void Room_that_is_too_small_is_refused() =>
        Assert.Equal(SigningResult.WrongScheme, _signer.Sign(SignatureScheme.RsaPssSha256, Rsa, _verify, _signature.AsSpan(0, 255), out _));

    [Fact]
    public void A_key_that_is_not_there_is_unknown() =>
        Assert.Equal(SigningResult.UnknownKey, _signer.Sign(SignatureScheme.EcdsaSha256, 3, _verify, _signature, out _));

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void What_is_no_key_is_not_taken(string pem)
    {
        Assert.False(_signer.TryAdd(3, TestCertificate.Bytes(pem), out string error));
        Assert.StartsWith("the private key cannot be read: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_with_a_passphrase_is_not_taken_and_nobody_is_asked()
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        string pem = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(
            System.Security.Cryptography.PbeEncryptionAlgorithm.Aes128Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1));
        Assert.False(_signer.TryAdd(3, TestCertificate.Bytes(pem), out _));
    }

    public void Dispose() => _signer.Dispose();
}
