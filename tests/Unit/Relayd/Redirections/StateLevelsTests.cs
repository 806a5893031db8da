using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class StateLevelsTests
{
    [Fact]
    public void Equals_share_equally() => Assert.Equal([21, 21, 21], StateLevels.Shares([(5, 1), (5, 1), (5, 1)], 3));

    [Fact]
    public void Who_has_more_than_all_will_have_gets_none() => Assert.Equal([32, 32, 0], StateLevels.Shares([(0, 1), (0, 1), (100, 1)], 20));

    [Fact]
    public void What_suffices_levels_all() => Assert.Equal([48, 16], StateLevels.Shares([(0, 1), (10, 1)], 20));

    [Fact]
    public void Weights_are_levels() => Assert.Equal([64, 0], StateLevels.Shares([(20, 3), (10, 1)], 10));

    [Fact]
    public void Nobody_above_the_level_has_a_share_and_somebody_has() => Prop.ForAll(
        (from flows in Gen.Choose(0, 1000)
         from weight in Gen.Choose(1, 255)
         select ((long)flows, weight)).NonEmptyListOf().ToArbitrary(),
        Gen.Choose(1, 5000).ToArbitrary(),
        static (hosts, expected) =>
        {
            int[] shares = StateLevels.Shares([.. hosts], expected);
            double most = hosts.Zip(shares).Where(static pair => pair.Second > 0).Max(static pair => (double)pair.First.Item1 / pair.First.weight);
            return shares.Any(static share => share > 0) && shares.All(static share => share is >= 0 and <= 64)
                && hosts.Min(static host => (double)host.Item1 / host.weight) <= most;
        }).QuickCheckThrowOnFailure();
}
