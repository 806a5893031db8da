using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class FilterListingTests
{
    [Fact]
    public void Elements_are_read_without_their_time() => Assert.Equal(
        [new("10.9.9.9", "10.0.0.1 . 80"), new("fd00::9", "fd00::1")],
        FilterListing.Elements("\t\telements = { 10.9.9.9 expires 59m59s996ms : 10.0.0.1 . 80,\n\t\t\t     fd00::9 expires 1s : fd00::1 }\n\t}\n"));

    [Fact]
    public void What_a_table_holds_is_read()
    {
        PresentTable table = FilterListing.Present(
            "ip sluice",
            "table ip sluice {\n\tcounter c {\n\t\tpackets 5 bytes 300\n\t}\n\tmap full {\n\t\ttype a : b\n\t\telements = { 1 : 10.0.0.1 }\n\t}\n\tset empty {\n\t}\n" +
            "\tchain prerouting {\n\t\ttype filter hook prerouting priority raw + 10; policy accept;\n\t}\n}\n");

        Assert.Equal(["prerouting"], table.Chains);
        Assert.Equal(["c"], table.Counters);
        Assert.Equal([new PresentMap("map", "full", IsEmpty: false), new PresentMap("set", "empty", IsEmpty: true)], table.Maps);
    }

    [Theory]
    [InlineData("")]
    [InlineData("table inet sluice {\n\tmap sticky-1-4 {\n\t\tflags dynamic,timeout\n\t}\n}\n")]
    [InlineData("elements = { 1")]
    public void No_elements_are_none(string listing) => Assert.Empty(FilterListing.Elements(listing));

    [Fact]
    public void A_chain_that_drops_what_is_forwarded_is_named() => Assert.Equal(
        ["table inet filter, chain forward"],
        FilterListing.DroppingForwards(
            "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n" +
            "table ip nat {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n}\n"));
}
