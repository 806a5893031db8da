using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Names;

/// <summary>An SRV record (RFC 2782).</summary>
/// <param name="Priority">The lowest is preferred.</param>
/// <param name="Weight">Its share among those of its priority.</param>
/// <param name="Port">Where the service is.</param>
/// <param name="Target">The name of the host; empty for the root, which says that there is no such service.</param>
internal readonly record struct ServiceRecord(int Priority, int Weight, int Port, string Target);

/// <summary>What is of interest in an answer of the DNS (RFC 1035, 4.1): hostile until it was read.</summary>
/// <param name="Lifetime">The shortest of all records of the answer, those of other names that lead to it included.</param>
/// <param name="Services">Its SRV records.</param>
internal sealed record DnsAnswer(TimeSpan Lifetime, IReadOnlyList<ServiceRecord> Services)
{
    private const int HeaderLength = 12;
    private const int QuestionLength = 4;
    private const int RecordLength = 10;
    private const int ServiceLength = 6;
    private const int MostRecords = 1024;
    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const byte Pointer = 0xc0;
    private const ushort Internet = 1;

    // RFC 2181, 8: one with the topmost bit set counts as zero.
    private const uint LongestTime = 0x7fffffff;

    /// <summary>Reads an answer.</summary>
    /// <param name="message">A message of the DNS whose question was compared already.</param>
    /// <param name="type">What was asked for.</param>
    /// <returns>Null where it is none, or has no record of the type.</returns>
    public static DnsAnswer? Read(ReadOnlySpan<byte> message, RecordType type)
    {
        if (message.Length < HeaderLength)
        {
            return null;
        }

        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int records = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int position = HeaderLength;
        for (; questions > 0; questions--)
        {
            if (!Skip(message, ref position) || (position += QuestionLength) > message.Length)
            {
                return null;
            }
        }

        return records > MostRecords ? null : ReadRecords(message, position, records, type);
    }

    private static DnsAnswer? ReadRecords(ReadOnlySpan<byte> message, int position, int records, RecordType type)
    {
        uint shortest = uint.MaxValue;
        int found = 0;
        List<ServiceRecord> services = [];
        for (; records > 0; records--)
        {
            if (!Skip(message, ref position) || position + RecordLength > message.Length)
            {
                return null;
            }

            ReadOnlySpan<byte> fields = message[position..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
            int data = position + RecordLength;
            position = data + length;
            if (position > message.Length)
            {
                return null;
            }

            uint time = BinaryPrimitives.ReadUInt32BigEndian(fields[4..]);
            shortest = uint.Min(shortest, time > LongestTime ? 0 : time);
            if (BinaryPrimitives.ReadUInt16BigEndian(fields) != (ushort)type || BinaryPrimitives.ReadUInt16BigEndian(fields[2..]) != Internet)
            {
                continue;
            }

            found++;
            if (type == RecordType.Srv)
            {
                if (ReadService(message[..position], data) is not { } service)
                {
                    return null;
                }

                services.Add(service);
            }
        }

        return found == 0 ? null : new DnsAnswer(TimeSpan.FromSeconds(shortest), services);
    }

    private static ServiceRecord? ReadService(ReadOnlySpan<byte> message, int data)
    {
        if (data + ServiceLength > message.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> fields = message[data..];
        int end = data + ServiceLength;
        return Name(message, ref end) is { } target && end == message.Length
            ? new ServiceRecord(
                BinaryPrimitives.ReadUInt16BigEndian(fields),
                BinaryPrimitives.ReadUInt16BigEndian(fields[2..]),
                BinaryPrimitives.ReadUInt16BigEndian(fields[4..]),
                target)
            : null;
    }

    private static bool Skip(ReadOnlySpan<byte> message, ref int position) => Labels(message, ref position, labels: null);

    /// <summary>A name that may be one of a host; null where it is not.</summary>
    private static string? Name(ReadOnlySpan<byte> message, ref int position)
    {
        StringBuilder labels = new();
        if (!Labels(message, ref position, labels))
        {
            return null;
        }

        string name = labels.ToString();
        return name.Length == 0 || HostNames.IsName(name) ? name : null;
    }

    /// <summary>Reads a name, and leaves the position behind it. Each pointer leads further to the front than the one before: no name has an end that is not reached.</summary>
    private static bool Labels(ReadOnlySpan<byte> message, ref int position, StringBuilder? labels)
    {
        int total = 0;
        int limit = position;
        int at = position;
        bool hasJumped = false;
        while (at < message.Length)
        {
            int length = message[at];
            if ((length & Pointer) == Pointer && at + 1 < message.Length)
            {
                int target = ((length & ~Pointer) << 8) | message[at + 1];
                position = hasJumped ? position : at + 2;
                hasJumped = true;
                if (target >= limit)
                {
                    return false;
                }

                at = limit = target;
                continue;
            }

            if (length > LongestLabel || (total += length + 1) > LongestName || at + 1 + length > message.Length || message.Slice(at + 1, length).Contains((byte)'.'))
            {
                return false;
            }

            at += 1 + length;
            if (length == 0)
            {
                position = hasJumped ? position : at;
                return true;
            }

            _ = labels?.Append(labels.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(message.Slice(at - length, length)));
        }

        return false;
    }
}
