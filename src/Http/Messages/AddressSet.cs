using System;
using System.Buffers.Binary;
using System.Collections.Generic;

using Sluice.Engine.Io;

namespace Sluice.Http.Messages;

/// <summary>A set of networks that addresses are looked up in: trusted proxies, filters of clients.</summary>
/// <remarks>An IPv4 address inside an IPv6 one (<c>::ffff:192.0.2.1</c>) is the IPv4 address, on both sides: a socket that
/// takes both versions shows it so. Overlapping networks are joined; a lookup is a binary search and allocates nothing.</remarks>
public sealed class AddressSet
{
    private const int BitsOfVersion4 = 32;
    private const int BitsOfVersion6 = 128;

    private static readonly UInt128 _mapped = (UInt128)0xffff << BitsOfVersion4;

    private readonly Interval[] _version4;
    private readonly Interval[] _version6;

    /// <summary>Makes the set.</summary>
    /// <param name="networks">An address of each network, and how many of its first bits belong to it.</param>
    public AddressSet(IEnumerable<(SocketAddress Address, int Length)> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        List<Interval> version4 = [];
        List<Interval> version6 = [];
        foreach ((SocketAddress address, int length) in networks)
        {
            bool isVersion4 = TryRead(address, out UInt128 value);
            bool isMapped = isVersion4 && address.Kind == AddressKind.IPv6;
            if (isMapped && length < BitsOfVersion6 - BitsOfVersion4)
            {
                version6.Add(Interval.Of(_mapped | value, length, BitsOfVersion6));
            }
            else if (isVersion4)
            {
                version4.Add(Interval.Of(value, isMapped ? length - (BitsOfVersion6 - BitsOfVersion4) : length, BitsOfVersion4));
            }
            else
            {
                version6.Add(Interval.Of(value, length, BitsOfVersion6));
            }
        }

        _version4 = Joined(version4);
        _version6 = Joined(version6);
    }

    /// <summary>Whether it has no network.</summary>
    public bool IsEmpty => _version4.Length == 0 && _version6.Length == 0;

    /// <summary>Whether the address is in one of the networks; that of a unix socket never is.</summary>
    public bool Contains(in SocketAddress address)
    {
        if (address.Kind is not (AddressKind.IPv4 or AddressKind.IPv6))
        {
            return false;
        }

        Interval[] intervals = TryRead(address, out UInt128 value) ? _version4 : _version6;
        int low = 0;
        int high = intervals.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (intervals[middle].Last < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < intervals.Length && intervals[low].First <= value;
    }

    /// <summary>The number of an address; true where it is one of IPv4, mapped or not.</summary>
    private static bool TryRead(in SocketAddress address, out UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[BitsOfVersion6 / 8];
        if (address.CopyIp(bytes) == BitsOfVersion4 / 8)
        {
            value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            return true;
        }

        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        bool isMapped = value >> BitsOfVersion4 == _mapped >> BitsOfVersion4;
        value = isMapped ? value - _mapped : value;
        return isMapped;
    }

    private static Interval[] Joined(List<Interval> intervals)
    {
        intervals.Sort(static (one, other) => one.First.CompareTo(other.First));
        List<Interval> joined = [];
        foreach (Interval next in intervals)
        {
            if (joined.Count > 0 && next.First <= joined[^1].Last)
            {
                joined[^1] = joined[^1] with { Last = UInt128.Max(joined[^1].Last, next.Last) };
            }
            else
            {
                joined.Add(next);
            }
        }

        return [.. joined];
    }

    private readonly record struct Interval(UInt128 First, UInt128 Last)
    {
        public static Interval Of(UInt128 address, int length, int bits)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, bits);
            UInt128 all = bits == BitsOfVersion6 ? UInt128.MaxValue : uint.MaxValue;
            UInt128 host = length == bits ? 0 : length == 0 ? all : all >> length;
            return new Interval(address & ~host, address | host);
        }
    }
}
