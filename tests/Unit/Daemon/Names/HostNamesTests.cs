using System.Linq;
using System.Net;

using Sluice.Daemon.Names;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class HostNamesTests
{
    [Fact]
    public void What_is_not_known_is_wanted_once_and_stands_for_something_meanwhile()
    {
        HostNames names = HostNames.Learnt();
        Assert.Single(names.Find("a.test"));
        Assert.Single(names.Find("A.test"));
        Assert.Equal([Name("a.test")], names.Wanted);
    }

    [Fact]
    public void What_was_learnt_is_not_wanted_any_more()
    {
        HostNames names = HostNames.Learnt();
        _ = names.Find("a.test");
        names.Learn(Answer("a.test", "192.0.2.1", "192.0.2.2"));
        Assert.Empty(names.Wanted);
        Assert.Equal("192.0.2.1 192.0.2.2", string.Join(' ', names.Find("A.TEST")));
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_not_believed()
    {
        HostNames names = HostNames.Learnt();
        _ = names.Find("a.test");
        names.Learn(Answer("a.test", "192.0.2.1"));
        names.Learn(Answer("a.test", "192.0.2.9"));
        names.Learn(Answer("b.test", "192.0.2.9"));
        Assert.Equal("192.0.2.1", Assert.Single(names.Find("a.test")).ToString());
        _ = names.Find("b.test");
        Assert.Equal([Name("b.test")], names.Wanted);
    }

    [Fact]
    public void What_is_given_up_has_no_address()
    {
        HostNames names = HostNames.Learnt();
        _ = names.Find("a.test");
        names.GiveUp();
        Assert.Empty(names.Wanted);
        Assert.Empty(names.Find("a.test"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("10.0.0.0/8")]
    [InlineData("na\u00efve.test")]
    [InlineData("a\0.test")]
    public void What_cannot_be_a_name_is_never_asked_for(string name)
    {
        HostNames names = HostNames.Learnt();
        Assert.Empty(names.Find(name));
        Assert.Empty(names.Find(new string('a', 256)));
        Assert.Empty(names.Wanted);
    }

    [Fact]
    public void Asked_here_nothing_is_wanted()
    {
        HostNames names = HostNames.AskedHere();
        Assert.Contains(IPAddress.Loopback, names.Find("localhost"));
        Assert.Empty(names.Wanted);
    }

    [Fact]
    public void What_moves_is_asked_apart_from_what_does_not()
    {
        HostNames names = HostNames.Learnt();
        HostSource moving = new(HostSourceKind.Name, "a.test");
        names.Learn(Answer("a.test", "192.0.2.1"));
        Assert.Null(names.Hosts(moving));
        Assert.Equal([moving], names.Wanted);
        names.GiveUp();
        Assert.Equal("no answer from the resolver for a.test", names.Hosts(moving)!.Failure);
    }

    private static HostSource Name(string name) => new(HostSourceKind.Once, name);

    private static HostAnswer Answer(string name, params string[] addresses) =>
        new(Name(name), [.. addresses.Select(static address => new FoundHost(IPAddress.Parse(address), 0, 0, Name: null))], HostFinder.Shortest, "");
}
