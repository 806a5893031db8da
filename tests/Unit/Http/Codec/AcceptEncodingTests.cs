using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class AcceptEncodingTests
{
    private const ContentCodings All = ContentCodings.Brotli | ContentCodings.Zstandard | ContentCodings.Gzip;

    [Theory]
    [InlineData("", ContentCoding.Identity)]
    [InlineData("gzip", ContentCoding.Gzip)]
    [InlineData("X-GZip", ContentCoding.Gzip)]
    [InlineData("zstd", ContentCoding.Zstandard)]
    [InlineData("gzip, deflate, br, zstd", ContentCoding.Brotli)]
    [InlineData("*", ContentCoding.Brotli)]
    [InlineData("*;q=0.5, gzip", ContentCoding.Gzip)]
    [InlineData("*, br;q=0", ContentCoding.Zstandard)]
    [InlineData("gzip ; q=1.000 , br;Q=0.999", ContentCoding.Gzip)]
    [InlineData("gzip;q=0", ContentCoding.Identity)]
    [InlineData("gzip;q=0.000", ContentCoding.Identity)]
    [InlineData("gzip;q=0.001", ContentCoding.Gzip)]
    [InlineData("gzip;q=0.5, identity;q=0.6", ContentCoding.Identity)]
    [InlineData("gzip;q=0.5, identity;q=0.5", ContentCoding.Gzip)]
    [InlineData("gzip, identity;q=0", ContentCoding.Gzip)]
    [InlineData("*;q=0", ContentCoding.Identity)]
    [InlineData("identity;q=0", ContentCoding.Identity)]
    [InlineData("gzip;q=1.001, br;q=2, zstd;q=-1", ContentCoding.Identity)]
    [InlineData("gzip;q=0.1234", ContentCoding.Identity)]
    [InlineData("gzip;q=, br;q, zstd;x=1", ContentCoding.Identity)]
    [InlineData("notgzip, gzipped", ContentCoding.Identity)]
    [InlineData(",, gzip,", ContentCoding.Gzip)]
    public void The_weights_choose(string value, ContentCoding coding) =>
        Assert.Equal(coding, AcceptEncoding.Choose(Heads.With("Accept-Encoding: " + value), All));

    [Fact]
    public void Without_the_field_the_file_is_plain() => Assert.Equal(ContentCoding.Identity, AcceptEncoding.Choose(Heads.With(), All));

    [Fact]
    public void What_is_not_there_is_not_chosen() =>
        Assert.Equal(ContentCoding.Gzip, AcceptEncoding.Choose(Heads.With("Accept-Encoding: br, gzip;q=0.1"), ContentCodings.Gzip));

    [Fact]
    public void The_list_goes_on_in_the_next_line() =>
        Assert.Equal(ContentCoding.Zstandard, AcceptEncoding.Choose(Heads.With("Accept-Encoding: br;q=0.1", "Accept-Encoding: zstd"), All));
}
