using System;
using System.Net;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Control;
using Sluice.Daemon.Wire;

using Xunit;

namespace Sluice.Unit.Control;

public sealed class RequestTests
{
    [Fact]
    public void A_request_is_read_as_it_was_written() =>
        Prop.ForAll(AnyControl.Request, static request => request.Equals(Read(Written(request)).Request)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_request_that_is_cut_is_none() =>
        Prop.ForAll(AnyControl.Request, static request => Read(Written(request)[..^1]).Reading == RequestReading.Malformed).QuickCheckThrowOnFailure();

    [Fact]
    public void A_request_with_something_behind_it_is_none() =>
        Prop.ForAll(AnyControl.Request, static request => Read([.. Written(request), 0]).Reading == RequestReading.Malformed).QuickCheckThrowOnFailure();

    [Fact]
    public void The_longest_request_is_far_below_the_longest_message() =>
        Assert.True(Written(new LoadRequest(new string('a', ControlProtocol.LongestPath))).Length < 2048);

    [Fact]
    public void Another_version_is_told_from_a_mistake() => Assert.Equal(RequestReading.OtherVersion, Read([2, 77, 1, 2, 3]).Reading);

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("0100")]
    [InlineData("010B")]
    [InlineData("010107")]
    [InlineData("0105FF")]
    public void What_is_no_request_is_none(string hex) => Assert.Equal(RequestReading.Malformed, Read(Convert.FromHexString(hex)).Reading);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(0, 256)]
    public void A_target_has_an_id_or_a_name_of_at_most_255_bytes(int id, int nameLength)
    {
        Request request = new CommandRequest(CommandWord.EnableHost, new Target((uint)id, new string('a', nameLength)));

        Assert.Equal(RequestReading.Malformed, Read(Written(request)).Reading);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    public void A_path_has_1_to_1023_bytes(int length) =>
        Assert.Equal(RequestReading.Malformed, Read(Written(new LoadRequest(new string('a', length)))).Reading);

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void A_weight_is_1_to_255(int weight) =>
        Assert.Equal(RequestReading.Malformed, Read(Written(new AddHostRequest(new Target(1, ""), IPAddress.Loopback, weight, 0, 0))).Reading);

    private static (RequestReading Reading, Request? Request) Read(byte[] message) => (Request.Read(message, out Request? request), request);

    private static byte[] Written(Request request)
    {
        WireWriter writer = new();
        request.Write(writer);
        return writer.Written.ToArray();
    }
}
