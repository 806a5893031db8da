using System.Linq;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class HashKeysTests
{
    [Theory]
    [InlineData("mode source-hash", true)]
    [InlineData("mode loadbalance", true)]
    [InlineData("mode roundrobin", false)]
    public void A_mode_that_hashes_without_a_key_gets_one(string mode, bool isDrawn)
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Relay($"forward to <hosts> port 80 {mode}"));

        TableUse use = HashKeys.Draw(configuration).Relays[0].Forward.Tables[0];

        Assert.Equal(isDrawn ? 16 : 0, use.Key.Count);
        Assert.Equal(isDrawn, use.Key.Any(static value => value != 0));
    }

    [Fact]
    public void A_key_of_the_text_stays()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Relay("forward to <hosts> port 80 mode source-hash \"secret\""));

        Assert.Equal(configuration, HashKeys.Draw(configuration));
    }
}
