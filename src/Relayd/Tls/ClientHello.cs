using System;
using System.Buffers.Binary;

using Sluice.Engine.Tls;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Tls;

/// <summary>Reads the name of the server out of the hello of a client, of which nothing is answered or taken away (RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6066 3). Strict and
/// bounded: what is no hello is rejected at the first byte that shows it.</summary>
/// <remarks>With an encrypted hello (RFC 9849) it is the name of the outer one.</remarks>
internal static class ClientHello
{
    /// <summary>The longest hello that is read, with the headers of its records.</summary>
    public const int MostBytes = 16 * 1024;

    // Type, version, length (RFC 8446 5.1).
    private const int RecordHeaderBytes = 5;
    private const int LongestRecord = 1 << 14;
    private const byte HandshakeRecord = 22;

    // Type, length in three bytes (RFC 8446 4).
    private const int MessageHeaderBytes = 4;
    private const byte HelloMessage = 1;

    private const int RandomBytes = 32;
    private const int LongestSessionId = 32;
    private const int ServerNameExtension = 0;

    /// <summary>Reads the hello at the start of the input.</summary>
    /// <param name="input">All that came so far.</param>
    /// <param name="name">Gets the name as it is compared; at least <see cref="HostName.Longest"/> bytes.</param>
    /// <param name="length">Of the name; 0 where the hello has none, or one that is no name of a host, and where it is not <see cref="ParseStatus.Complete"/>.</param>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, Span<byte> name, out int length)
    {
        length = 0;
        ParseStatus status = Measure(input, out int message, out int end);
        if (status != ParseStatus.Complete)
        {
            return status;
        }

        ReadOnlySpan<byte> only = input[RecordHeaderBytes..end];
        status = only.Length == message ? Read(only, name, out int found) : ReadGathered(input[..end], message, name, out found);
        length = status == ParseStatus.Complete ? found : 0;
        return status;
    }

    /// <summary>Looks whether the hello is whole: it may be spread over records, and nothing is behind it in the last one.</summary>
    /// <param name="input">All that came so far.</param>
    /// <param name="message">How long it is, without the headers of records.</param>
    /// <param name="end">Where its last record ends.</param>
    private static ParseStatus Measure(ReadOnlySpan<byte> input, out int message, out int end)
    {
        message = int.MaxValue;
        end = 0;
        int gathered = 0;
        Span<byte> header = stackalloc byte[MessageHeaderBytes];
        while (gathered < message)
        {
            ReadOnlySpan<byte> record = input[end..];
            if (!MayBeHeader(record))
            {
                return ParseStatus.Rejected;
            }

            if (record.Length < RecordHeaderBytes)
            {
                return ParseStatus.NeedMore;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
            if (length is 0 or > LongestRecord || end + RecordHeaderBytes + length > MostBytes)
            {
                return ParseStatus.Rejected;
            }

            ReadOnlySpan<byte> content = record[RecordHeaderBytes..];
            content = content.Length > length ? content[..length] : content;
            for (int at = 0; at < content.Length && gathered + at < MessageHeaderBytes; at++)
            {
                header[gathered + at] = content[at];
            }

            if (gathered + content.Length > 0 && header[0] != HelloMessage)
            {
                return ParseStatus.Rejected;
            }

            if (gathered + content.Length >= MessageHeaderBytes)
            {
                message = MessageHeaderBytes + (header[1] << 16) + BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
            }

            gathered += length;
            end += RecordHeaderBytes + length;
            if (message != int.MaxValue && (gathered > message || message - gathered > MostBytes - end))
            {
                return ParseStatus.Rejected;
            }

            if (content.Length < length)
            {
                return ParseStatus.NeedMore;
            }
        }

        return ParseStatus.Complete;
    }

    // All versions so far begin with 3; clients of 1.3 say 3.1 or 3.3.
    private static bool MayBeHeader(ReadOnlySpan<byte> record) =>
        (record.Length < 1 || record[0] == HandshakeRecord) && (record.Length < 2 || record[1] == 3) && (record.Length < 3 || record[2] <= 4);

    private static ParseStatus ReadGathered(ReadOnlySpan<byte> records, int message, Span<byte> name, out int length)
    {
        Span<byte> gathered = stackalloc byte[MostBytes];
        int end = 0;
        while (!records.IsEmpty)
        {
            int content = BinaryPrimitives.ReadUInt16BigEndian(records[3..]);
            records.Slice(RecordHeaderBytes, content).CopyTo(gathered[end..]);
            end += content;
            records = records[(RecordHeaderBytes + content)..];
        }

        return Read(gathered[..message], name, out length);
    }

    /// <summary>Version, random, session id, cipher suites, compression methods, extensions.</summary>
    private static ParseStatus Read(ReadOnlySpan<byte> message, Span<byte> name, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> rest = message[MessageHeaderBytes..];
        if (rest.Length < 2 + RandomBytes || rest[0] != 3)
        {
            return ParseStatus.Rejected;
        }

        rest = rest[(2 + RandomBytes)..];
        if (!TryTake(ref rest, lengthBytes: 1, out ReadOnlySpan<byte> sessionId) || sessionId.Length > LongestSessionId
            || !TryTake(ref rest, lengthBytes: 2, out ReadOnlySpan<byte> suites) || suites.IsEmpty || suites.Length % 2 != 0
            || !TryTake(ref rest, lengthBytes: 1, out ReadOnlySpan<byte> compressions) || compressions.IsEmpty)
        {
            return ParseStatus.Rejected;
        }

        if (rest.IsEmpty)
        {
            // RFC 5246: a client without extensions.
            return ParseStatus.Complete;
        }

        return TryTake(ref rest, lengthBytes: 2, out ReadOnlySpan<byte> extensions) && rest.IsEmpty && TryReadExtensions(extensions, name, out length)
            ? ParseStatus.Complete
            : ParseStatus.Rejected;
    }

    private static bool TryReadExtensions(ReadOnlySpan<byte> extensions, Span<byte> name, out int length)
    {
        length = 0;
        bool hasName = false;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 2)
            {
                return false;
            }

            int type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, lengthBytes: 2, out ReadOnlySpan<byte> content))
            {
                return false;
            }

            if (type == ServerNameExtension)
            {
                // No two extensions have a type (RFC 8446 4.2): a server could take the other one.
                if (hasName || !TryReadServerName(content, name, out length))
                {
                    return false;
                }

                hasName = true;
            }
        }

        return true;
    }

    /// <summary>A list of one name, of type 0 for a host (RFC 6066 3): there are no other types, and no two of one.</summary>
    private static bool TryReadServerName(ReadOnlySpan<byte> content, Span<byte> name, out int length)
    {
        length = 0;
        if (!TryTake(ref content, lengthBytes: 2, out ReadOnlySpan<byte> list) || !content.IsEmpty || list.IsEmpty || list[0] != 0)
        {
            return false;
        }

        list = list[1..];
        if (!TryTake(ref list, lengthBytes: 2, out ReadOnlySpan<byte> host) || !list.IsEmpty || host.IsEmpty)
        {
            return false;
        }

        length = HostName.Copy(host, name);
        return true;
    }

    /// <summary>Takes a part whose length stands before it.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (rest.Length < lengthBytes)
        {
            return false;
        }

        int length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length - lengthBytes < length)
        {
            return false;
        }

        part = rest.Slice(lengthBytes, length);
        rest = rest[(lengthBytes + length)..];
        return true;
    }
}
