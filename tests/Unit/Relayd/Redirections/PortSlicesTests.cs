using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class PortSlicesTests
{
    [Fact]
    public void The_first_that_a_packet_fits_has_it() =>
        Assert.Equal(["10-20 0", "21-30 1"], Texts(PortSlices.Of(Catches((10, 20, null), (15, 30, null)))), StringComparer.Ordinal);

    [Fact]
    public void One_that_asks_for_a_device_leaves_the_others_to_the_next() =>
        Assert.Equal(["10-14 0", "15-20 0,1", "21-30 1"], Texts(PortSlices.Of(Catches((10, 20, "eth0"), (15, 30, null)))), StringComparer.Ordinal);

    [Fact]
    public void Each_port_is_asked_for_as_all_in_order_would_be() => Prop.ForAll(
        (from first in Gen.Choose(0, 12)
         from length in Gen.Choose(0, 6)
         from device in Gen.Elements(null, null, "eth0")
         select (first, first + length, device)).NonEmptyListOf().ToArbitrary(),
        static ranges =>
        {
            Catch[] catches = Catches([.. ranges]);
            PortSlice[] slices = [.. PortSlices.Of(catches)];
            return Enumerable.Range(0, 20).All(port => Asked(slices, port).SequenceEqual(Naive(catches, port)));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<Catch> Asked(PortSlice[] slices, int port) =>
        slices.Where(slice => port >= slice.Ports.First && port <= slice.Ports.Last).Select(static slice => slice.Catches).SingleOrDefault([]);

    private static Catch[] Naive(Catch[] catches, int port)
    {
        Catch[] here = [.. catches.Where(one => port >= one.Address.Ports.First && port <= one.Address.Ports.Last)];
        int last = Array.FindIndex(here, static one => one.Address.Interface is null);
        return last < 0 ? here : here[..(last + 1)];
    }

    private static IEnumerable<string> Texts(IEnumerable<PortSlice> slices) =>
        slices.Select(static slice => $"{slice.Ports.First}-{slice.Ports.Last} {string.Join(',', slice.Catches.Select(static one => one.Index))}");

    private static Catch[] Catches(params (int First, int Last, string? Device)[] ranges)
    {
        Redirect redirect = new()
        {
            Id = 1,
            Name = "r",
            Table = new TableUse(1, ScheduleMode.RoundRobin, []),
            Listens = [.. ranges.Select(static range => new VirtualAddress(IPAddress.Loopback, IpProtocols.Tcp, new PortRange(range.First, range.Last), range.Device, IsLogged: false))],
        };
        return [.. ranges.Select((_, index) => new Catch(redirect, index))];
    }
}
