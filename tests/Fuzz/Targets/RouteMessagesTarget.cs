using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Engine.Netlink;
using Sluice.Engine.Routing;

namespace Sluice.Fuzz.Targets;

/// <summary>What a reader makes of a message about routes.</summary>
internal delegate string RouteReader(ReadOnlySpan<byte> message);

/// <summary>
/// What the kernel tells of routes and nexthops: one message of rtnetlink(7). The oracle reads numbers byte by byte and looks for attributes by steps of four.
/// </summary>
internal sealed class RouteMessagesTarget : FuzzTarget
{
    private const int HeaderBytes = 16, RouteBytes = 12, NexthopBytes = 8, AttributeBytes = 4;

    private readonly RouteReader _read;

    public RouteMessagesTarget()
        : this(Read)
    {
    }

    private RouteMessagesTarget(RouteReader read)
    {
        _read = read;
    }

    public override string Name => "route-messages";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("keeps bits behind the length of a network", new RouteMessagesTarget(static message => Expect(message, masks: 0, weight: 1, mostLength: 1))),
        new("counts weights from 0", new RouteMessagesTarget(static message => Expect(message, masks: 1, weight: 0, mostLength: 1))),
        new("takes any length of a network", new RouteMessagesTarget(static message => Expect(message, masks: 1, weight: 1, mostLength: 8))),
    ];

    public override byte[] Generate(Random random)
    {
        bool isRoute = random.Next(2) == 0;
        List<byte> message = [.. new byte[HeaderBytes + (isRoute ? RouteBytes : NexthopBytes)]];
        message[4] = (byte)(isRoute ? 24 + random.Next(3) : 104 + random.Next(3));
        message[HeaderBytes] = (byte)(random.Next(8) == 0 ? random.Next(256) : random.Next(2) == 0 ? 2 : 10);
        message[HeaderBytes + 1] = (byte)random.Next(isRoute ? 40 : 2);
        message[HeaderBytes + (isRoute ? 5 : 2)] = (byte)(random.Next(2) == 0 ? 115 : random.Next(256));
        message[HeaderBytes + (isRoute ? 7 : 1)] = (byte)random.Next(3);
        for (int attribute = random.Next(7); attribute > 0; attribute--)
        {
            int type = ((int[])[1, 1, 2, 4, 5, 6, 6, 15, 18, 30])[random.Next(10)];
            int length = ((int[])[4, 4, 16, 8, random.Next(20)])[random.Next(5)];
            message.AddRange([(byte)(AttributeBytes + length), 0, (byte)type, 0]);
            message.AddRange(Enumerable.Range(0, (length + 3) & ~3).Select(_ => (byte)random.Next(random.Next(4) == 0 ? 256 : 3)));
        }

        message[0] = (byte)message.Count;
        message[1] = (byte)(message.Count >> 8);
        for (int change = random.Next(3) == 0 ? 1 : 0; change > 0; change--)
        {
            message[random.Next(message.Count)] = (byte)random.Next(256);
        }

        return [.. message.Take(random.Next(6) == 0 ? random.Next(message.Count) : message.Count)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string right = Expect(input, masks: 1, weight: 1, mostLength: 1);
        string read = _read(input);
        return read == right ? null : $"read as {read} instead of {right}";
    }

    private static string Read(ReadOnlySpan<byte> block)
    {
        int at = 0;
        if (!NetlinkText.TryReadMessage(block, ref at, out NetlinkPart message))
        {
            return "no message";
        }

        StringBuilder said = new();
        if (RouteMessages.TryReadRoute(block, message, out PresentRoute route))
        {
            Span<byte> address = stackalloc byte[16];
            said.Append(CultureInfo.InvariantCulture, $"route {Convert.ToHexString(address[..route.Key.Destination.Address.CopyIp(address)])}/{route.Key.Destination.Length} ");
            said.Append(CultureInfo.InvariantCulture, $"{unchecked((uint)route.Key.Table):x} {unchecked((uint)route.Key.Metric):x} {route.Protocol} {route.Group:x}");
        }

        if (RouteMessages.TryReadDevice(block, message, out int device))
        {
            said.Append(CultureInfo.InvariantCulture, $" device {device}");
        }

        if (RouteMessages.ReadNexthop(block, message) is { } nexthop)
        {
            Span<byte> address = stackalloc byte[16];
            said.Append(CultureInfo.InvariantCulture, $"nexthop {nexthop.Id:x} {nexthop.Protocol} {Convert.ToHexString(address[..nexthop.Gateway.CopyIp(address)])} {nexthop.Device}");
            said.Append(string.Concat(nexthop.Members.Select(static member => $" {member.Id:x}*{member.Weight}")));
        }

        return said.ToString();
    }

    private static string Expect(ReadOnlySpan<byte> block, int masks, int weight, int mostLength)
    {
        if (block.Length < HeaderBytes || Four(block, 0) < HeaderBytes || Four(block, 0) > (uint)block.Length)
        {
            return "no message";
        }

        int end = (int)Four(block, 0);
        int type = Two(block, 4);
        string route = type is 24 or 25 && end >= HeaderBytes + RouteBytes ? ExpectRoute(block[..end], masks, mostLength) : "";
        string device = type == 24 && end >= HeaderBytes + RouteBytes ? ExpectDevice(block[..end]) : "";
        string nexthop = type is 104 or 105 && end >= HeaderBytes + NexthopBytes ? ExpectNexthop(block[..end], weight) : "";
        return route + device + nexthop;
    }

    private static string ExpectRoute(ReadOnlySpan<byte> message, int masks, int mostLength)
    {
        int family = message[HeaderBytes];
        int length = message[HeaderBytes + 1];
        int bytes = family == 2 ? 4 : family == 10 ? 16 : 0;
        (int start, int end) = Find(message, HeaderBytes + RouteBytes, 1);
        bool isThere = start > 0;
        if (bytes == 0 || length > bytes * 8 * mostLength || (isThere ? end - start != bytes : length != 0))
        {
            return "";
        }

        byte[] address = isThere ? message[start..end].ToArray() : new byte[bytes];
        for (int bit = length; bit < bytes * 8 * masks; bit++)
        {
            address[bit / 8] &= (byte)(255 - (1 << (7 - (bit % 8))));
        }

        uint table = Number(message, RouteBytes, 15);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"route {Convert.ToHexString(address)}/{length} {(table == 0 ? message[HeaderBytes + 4] : table):x} {Number(message, RouteBytes, 6):x} {message[HeaderBytes + 5]} {Number(message, RouteBytes, 30):x}");
    }

    private static string ExpectDevice(ReadOnlySpan<byte> message)
    {
        bool isNeighbour = message[HeaderBytes + 7] == 1 && Find(message, HeaderBytes + RouteBytes, 5).Start == 0 && Find(message, HeaderBytes + RouteBytes, 18).Start == 0;
        int device = unchecked((int)Number(message, RouteBytes, 4));
        return isNeighbour && device > 0 ? string.Create(CultureInfo.InvariantCulture, $" device {device}") : "";
    }

    private static string ExpectNexthop(ReadOnlySpan<byte> message, int weight)
    {
        uint id = Number(message, NexthopBytes, 1);
        if (id == 0)
        {
            return "";
        }

        (int start, int end) = Find(message, HeaderBytes + NexthopBytes, 6);
        StringBuilder said = new();
        said.Append(CultureInfo.InvariantCulture, $"nexthop {id:x} {message[HeaderBytes + 2]} {(end - start is 4 or 16 ? Convert.ToHexString(message[start..end]) : "")} ");
        said.Append(unchecked((int)Number(message, NexthopBytes, 5)));
        (start, end) = Find(message, HeaderBytes + NexthopBytes, 2);
        for (int at = start; at + 8 <= end; at += 8)
        {
            said.Append(CultureInfo.InvariantCulture, $" {Four(message, at):x}*{message[at + 4] + weight}");
        }

        return said.ToString();
    }

    private static uint Number(ReadOnlySpan<byte> message, int header, int type)
    {
        (int start, int end) = Find(message, HeaderBytes + header, type);
        return end - start >= 4 ? Four(message, start) : 0;
    }

    // Where the content is; (0, 0) where there is none.
    private static (int Start, int End) Find(ReadOnlySpan<byte> message, int at, int type)
    {
        while (at + AttributeBytes <= message.Length && Two(message, at) is >= AttributeBytes and { } length && at + length <= message.Length)
        {
            if ((Two(message, at + 2) & 0x3fff) == type)
            {
                return (at + AttributeBytes, at + length);
            }

            at += (length + 3) / 4 * 4;
        }

        return (0, 0);
    }

    private static int Two(ReadOnlySpan<byte> block, int at) => block[at] | (block[at + 1] << 8);

    private static uint Four(ReadOnlySpan<byte> block, int at) => (uint)Two(block, at) + ((uint)Two(block, at + 2) << 16);
}
