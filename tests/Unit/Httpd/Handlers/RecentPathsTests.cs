using Sluice.Httpd.Handlers;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers;

public sealed class RecentPathsTests
{
    // An empty slot was taken for the hash 0, so that such a path was known before it ever came.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_path_is_known_the_second_time(int hash)
    {
        RecentPaths paths = new(16);
        Assert.False(paths.Remember(hash));
        Assert.True(paths.Remember(hash));
    }

    [Fact]
    public void A_path_is_forgotten_when_another_takes_its_slot()
    {
        RecentPaths paths = new(16);
        paths.Remember(3);
        paths.Remember(19);
        Assert.False(paths.Remember(3));
    }

    [Fact]
    public void Bytes_are_known_by_their_hash()
    {
        RecentPaths paths = new(16);
        paths.Remember("/a"u8);
        Assert.True(paths.Remember("/a"u8));
    }
}
