using Sluice.Configuration;

using Xunit;

namespace Sluice.Unit.Configuration;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("tabel", "table")]
    [InlineData("talbe", "table")]
    [InlineData("tables", "table")]
    [InlineData("rely", "relay")]
    [InlineData("relax", "relay")]
    [InlineData("protcool", "protocol")]
    [InlineData("postcard", null)]
    [InlineData("lgo", "log")]
    [InlineData("xy", null)]
    public void The_nearest_word_is_found(string written, string? meant)
        => Assert.Equal(meant, Spelling.Nearest(written, ["log", "protocol", "relay", "table"]));

    [Fact]
    public void Of_words_that_are_as_near_the_first_is_taken()
        => Assert.Equal("label", Spelling.Nearest("tabel", ["label", "table"]));
}
