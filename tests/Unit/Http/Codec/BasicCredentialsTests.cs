using System;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class BasicCredentialsTests
{
    [Theory]
    [InlineData("Basic YWRhOnNlY3JldA==", "ada:secret")]
    [InlineData("basic YWRhOnNlY3JldA==", "ada:secret")]
    [InlineData("BASIC   YWRhOnNlY3JldA==", "ada:secret")]
    [InlineData("Basic YWRhOg==", "ada:")]
    [InlineData("Basic YTpiOmM=", "a:b:c")]
    [InlineData("Basic w6Q65g==", "\u00c3\u00a4:\u00e6")]
    public void A_name_and_a_password_are_read(string value, string expected)
    {
        byte[] text = new byte[BasicCredentials.Longest + 2];

        Assert.Equal(CredentialStatus.Given, BasicCredentials.Read(Encoding.Latin1.GetBytes(value), text, out int userLength, out int length));

        Assert.Equal(expected, Encoding.Latin1.GetString(text, 0, length));
        Assert.Equal(expected.IndexOf(':', StringComparison.Ordinal), userLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer YWRhOnNlY3JldA==")]
    [InlineData("Basics YWRhOnNlY3JldA==")]
    [InlineData("YWRhOnNlY3JldA==")]
    public void Another_scheme_is_no_user(string value) => Assert.Equal(CredentialStatus.None, Read(value));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic ====")]
    [InlineData("Basic YWRhOnNlY3JldA")]
    [InlineData("Basic YWRhOnNlY3JldA=")]
    [InlineData("Basic YWRhOnNlY3JldA===")]
    [InlineData("Basic YWRhOnNl Y3JldA==")]
    [InlineData("Basic YWRhOnNl\tY3JldA==")]
    [InlineData("Basic YWRhOnNlY3Jl-_==")]
    [InlineData("Basic =YWRhOnNlY3JldA=")]
    [InlineData("Basic YWRhc2VjcmV0")]
    [InlineData("Basic OnNlY3JldA==")]
    [InlineData("Basic YWRhOgBiYw==")]
    [InlineData("Basic YQBhOmJj")]
    public void What_is_no_name_and_password_is_malformed(string value) => Assert.Equal(CredentialStatus.Malformed, Read(value));

    [Theory]
    [InlineData(1023, CredentialStatus.Given)]
    [InlineData(1024, CredentialStatus.Malformed)]
    [InlineData(100_000, CredentialStatus.Malformed)]
    public void They_have_1023_bytes_at_most(int length, CredentialStatus expected) =>
        Assert.Equal(expected, Read("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("ada:" + new string('x', length - 4)))));

    [Fact]
    public void What_was_refused_is_not_left_behind()
    {
        byte[] text = new byte[BasicCredentials.Longest + 2];

        _ = BasicCredentials.Read("Basic YWRhOgBiYw=="u8, text, out _, out _);

        Assert.DoesNotContain(text, static value => value != 0);
    }

    private static CredentialStatus Read(string value) =>
        BasicCredentials.Read(Encoding.Latin1.GetBytes(value), new byte[BasicCredentials.Longest + 2], out _, out _);
}
