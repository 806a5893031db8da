using System.Linq;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class PlacesTests
{
    private const string Relay = "relay \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80 check tcp\n}\n";

    [Fact]
    public void What_is_the_same_in_the_next_configuration_keeps_its_place()
    {
        Places places = new(100, 10);
        RelaydConfiguration first = Give(places, "table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay);
        RelaydConfiguration second = Give(places, "table <hosts> { 192.0.2.13 192.0.2.12 192.0.2.11 }\n" + Relay);

        Assert.Equal(PlaceOf(first, "192.0.2.11"), PlaceOf(second, "192.0.2.11"));
        Assert.Equal(PlaceOf(first, "192.0.2.12"), PlaceOf(second, "192.0.2.12"));
        Assert.Equal(first.Tables[0].Place, second.Tables[0].Place);
        Assert.Equal(first.Relays[0].Place, second.Relays[0].Place);
        Assert.Equal(4, second.Tables[0].Hosts.Select(host => host.Place).Append(second.Tables[0].Place).Distinct().Count());
    }

    [Fact]
    public void Two_hosts_of_one_address_have_a_place_each()
    {
        RelaydConfiguration given = Give(new Places(100, 10), "table <hosts> { 192.0.2.11 192.0.2.11 }\n" + Relay);

        Assert.NotEqual(given.Tables[0].Hosts[0].Place, given.Tables[0].Hosts[1].Place);
    }

    [Fact]
    public void A_place_is_never_given_to_another()
    {
        Places places = new(100, 10);
        RelaydConfiguration first = Give(places, "table <hosts> { 192.0.2.11 }\n" + Relay);
        RelaydConfiguration second = Give(places, "table <hosts> { 192.0.2.12 }\n" + Relay);

        Assert.NotEqual(PlaceOf(first, "192.0.2.11"), PlaceOf(second, "192.0.2.12"));
    }

    [Fact]
    public void A_place_that_nobody_has_any_more_is_given_when_there_is_no_other()
    {
        Places places = new(3, 10);
        int first = PlaceOf(Give(places, "table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay), "192.0.2.11");
        _ = Give(places, "table <hosts> { 192.0.2.12 }\n" + Relay);
        RelaydConfiguration third = Give(places, "table <hosts> { 192.0.2.12 192.0.2.13 }\n" + Relay);

        Assert.Equal(first, PlaceOf(third, "192.0.2.13"));
        Assert.Null(places.Give(Loaded.Good("table <hosts> { 192.0.2.12 192.0.2.13 192.0.2.14 }\n" + Relay)));
    }

    [Fact]
    public void Who_takes_over_gives_the_same_places()
    {
        Places places = new(100, 10);
        RelaydConfiguration first = Give(places, "table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay);

        Assert.Equal(first, Give(Continued(places.Write()), "table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay));
    }

    [Fact]
    public void What_cannot_be_read_is_passed_over()
    {
        Places places = new(100, 10);
        _ = Give(places, "table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay);
        byte[] written = places.Write();
        Assert.All(Enumerable.Range(0, written.Length), length => Assert.NotEqual(written, Continued(written[..length]).Write()));
    }

    [Fact]
    public void Where_there_are_not_enough_nothing_is_given() =>
        Assert.Null(new Places(2, 10).Give(Loaded.Good("table <hosts> { 192.0.2.11 192.0.2.12 }\n" + Relay)));

    private static Places Continued(byte[] written)
    {
        Places successor = new(100, 10);
        successor.Read(written);
        return successor;
    }

    private static RelaydConfiguration Give(Places places, string text) => places.Give(Loaded.Good(text))!;

    private static int PlaceOf(RelaydConfiguration configuration, string host) =>
        configuration.Tables[0].Hosts.Single(each => each.Name == host).Place;
}
