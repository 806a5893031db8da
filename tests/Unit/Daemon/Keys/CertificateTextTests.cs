using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Keys;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

public sealed class CertificateTextTests
{
    private const string One = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    private const string Old = "-----BEGIN X509 CERTIFICATE-----\r\nBBBB\r\n-----END X509 CERTIFICATE-----\r\n";
    private const string Key = "-----BEGIN PRIVATE KEY-----\nCCCC\n-----END PRIVATE KEY-----\n";

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData(Key)]
    public void Where_there_is_no_certificate_nothing_is_taken(string text) => Assert.Empty(Blocks(text));

    [Theory]
    [InlineData("words\n" + Key + One + "words\n" + Old + Key)]
    [InlineData(One + Key + Old)]
    [InlineData(One + Old + "-----BEGIN EC PRIVATE KEY-----\nCCCC")]
    public void Certificates_are_taken_in_their_order_and_nothing_else(string text) => Assert.Equal([One, Old], Blocks(text), StringComparer.Ordinal);

    [Fact]
    public void A_block_without_an_end_ends_where_a_key_begins()
    {
        string begun = One[..40];

        Assert.Equal([begun + "\n"], Blocks(begun + "\n" + Key), StringComparer.Ordinal);
        Assert.Equal([begun], Blocks(begun), StringComparer.Ordinal);
    }

    [Fact]
    public void Certificates_and_lists_of_revoked_ones_are_told_apart()
    {
        const string List = "-----BEGIN X509 CRL-----\nDDDD\n-----END X509 CRL-----\n";
        byte[] text = Encoding.ASCII.GetBytes(List + Key + One + List + Old);

        Assert.Equal(One + Old, CertificateText.Certificates(text));
        Assert.Equal(List + List, CertificateText.RevocationLists(text));
    }

    [Fact]
    public void A_file_without_lists_is_not_taken_for_none() => Assert.Equal("\n", CertificateText.RevocationLists(Encoding.ASCII.GetBytes("junk\n" + One)));

    private static IReadOnlyList<string> Blocks(string text) => CertificateText.Blocks(Encoding.ASCII.GetBytes(text));
}
