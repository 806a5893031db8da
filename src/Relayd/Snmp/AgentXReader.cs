using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Sluice.Relayd.Snmp;

/// <summary>A range of objects that a master asks for.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="IncludesStart">Whether the first one counts.</param>
/// <param name="End">What comes first behind it; null where it has no end.</param>
internal readonly record struct SearchRange(ObjectId Start, bool IncludesStart, ObjectId End);

/// <summary>Reads the messages of an AgentX master (RFC 2741, 5 and 6). Whatever is not well formed makes <see cref="IsWrong"/> true, and what is read from then on is nothing.</summary>
/// <param name="bytes">A message from its header on.</param>
internal ref struct AgentXReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Of a request; a master sends a few.</summary>
    public const int MostRanges = 1024;

    private static readonly uint[] _internet = [1, 3, 6, 1];

    private ReadOnlySpan<byte> _rest = bytes;
    private bool _isBigEndian = true;

    /// <summary>Whether something was no AgentX.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>What comes first.</summary>
    public AgentXHeader Header()
    {
        ReadOnlySpan<byte> fixedPart = Take(4);
        if (fixedPart.IsEmpty || fixedPart[0] != AgentXHeader.Version)
        {
            IsWrong = true;
            return default;
        }

        _isBigEndian = (fixedPart[2] & AgentXHeader.NetworkByteOrder) != 0;
        (AgentXType type, byte flags) = ((AgentXType)fixedPart[1], fixedPart[2]);
        (uint session, uint transaction, uint packet, uint length) = (Number(), Number(), Number(), Number());
        IsWrong |= length > int.MaxValue || length % 4 != 0;
        return new AgentXHeader(type, session, transaction, packet, IsWrong ? 0 : (int)length) { Flags = flags };
    }

    /// <summary>Four bytes.</summary>
    public uint Number()
    {
        ReadOnlySpan<byte> four = Take(4);
        return four.IsEmpty ? 0 : _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(four) : BinaryPrimitives.ReadUInt32LittleEndian(four);
    }

    /// <summary>Two bytes.</summary>
    public ushort Short()
    {
        ReadOnlySpan<byte> two = Take(2);
        return two.IsEmpty ? (ushort)0 : _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(two) : BinaryPrimitives.ReadUInt16LittleEndian(two);
    }

    /// <summary>Text with its length.</summary>
    public ReadOnlySpan<byte> OctetString()
    {
        uint length = Number();
        if (length > _rest.Length)
        {
            IsWrong = true;
            return [];
        }

        ReadOnlySpan<byte> text = Take((int)length);
        _ = Take((4 - ((int)length % 4)) % 4);
        return text;
    }

    /// <summary>The name of an object.</summary>
    /// <param name="isIncluded">The mark beside it.</param>
    public ObjectId ObjectId(out bool isIncluded)
    {
        ReadOnlySpan<byte> start = Take(4);
        isIncluded = !start.IsEmpty && start[2] != 0;
        if (start.IsEmpty || start[0] > Snmp.ObjectId.Longest || start[2] > 1)
        {
            IsWrong = true;
            return default;
        }

        List<uint> parts = [];
        if (start[1] != 0)
        {
            parts.AddRange(_internet);
            parts.Add(start[1]);
        }

        for (int i = 0; i < start[0]; i++)
        {
            parts.Add(Number());
        }

        IsWrong |= parts.Count > Snmp.ObjectId.Longest;
        return IsWrong ? default : new ObjectId([.. parts]);
    }

    /// <summary>The ranges that are left of the message.</summary>
    public IReadOnlyList<SearchRange> Ranges()
    {
        List<SearchRange> ranges = [];
        while (!IsWrong && !IsAtEnd)
        {
            ObjectId start = ObjectId(out bool includesStart);
            ObjectId end = ObjectId(out _);
            ranges.Add(new SearchRange(start, includesStart, end));
            IsWrong |= ranges.Count > MostRanges;
        }

        return IsWrong ? [] : ranges;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (IsWrong || length > _rest.Length)
        {
            IsWrong = true;
            _rest = default;
            return [];
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
