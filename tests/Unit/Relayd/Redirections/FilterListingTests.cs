using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class FilterListingTests
{
    [Fact]
    public void A_chain_that_drops_what_is_forwarded_is_named() => Assert.Equal(
        ["table inet filter, chain forward"],
        FilterListing.DroppingForwards(
            "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n" +
            "table ip nat {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n}\n"));
}
