using System;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>Writes the heads of messages that are sent on (R-HTTP-21).</summary>
internal static class HeadWriter
{
    // Blanks and line ends of a first line, and the empty line at the end.
    private const int Extra = 8;
    private const int StatusDigits = 3;

    /// <summary>Puts a head into the output, to leave with what follows; one that has no room there is sent.</summary>
    public static ValueTask<Wake> Put(Connection connection, MessageHead head, HeadChanges changes)
    {
        int firstLine = head is RequestHead request
            ? request.MethodText.Length + changes.MostTargetBytes
            : ((ResponseHead)head).Reason.Length + StatusDigits;
        int most = firstLine + head.VersionText.Length + changes.MostFieldBytes + Extra;
        if (most <= connection.Room)
        {
            connection.Commit(Write(connection.Output(most), head, changes));
            return default;
        }

        byte[] large = new byte[most];
        return connection.Flush(large.AsMemory(0, Write(large, head, changes)));
    }

    private static int Write(Span<byte> destination, MessageHead head, HeadChanges changes) =>
        head is RequestHead request ? Write(destination, request, changes) : Write(destination, (ResponseHead)head, changes);

    private static int Write(Span<byte> destination, RequestHead head, HeadChanges changes)
    {
        int length = Put(destination, head.MethodText);
        destination[length++] = (byte)' ';
        length += changes.WriteTarget(destination[length..]);
        destination[length++] = (byte)' ';
        length += Put(destination[length..], head.VersionText);
        return WriteFields(destination, length, changes);
    }

    private static int Write(Span<byte> destination, ResponseHead head, HeadChanges changes)
    {
        int length = Put(destination, head.VersionText);
        destination[length++] = (byte)' ';
        destination[length++] = (byte)('0' + (head.Status / 100));
        destination[length++] = (byte)('0' + (head.Status / 10 % 10));
        destination[length++] = (byte)('0' + (head.Status % 10));

        // The blank stays where there is no reason (RFC 9112 4).
        destination[length++] = (byte)' ';
        length += Put(destination[length..], head.Reason);
        return WriteFields(destination, length, changes);
    }

    private static int WriteFields(Span<byte> destination, int length, HeadChanges changes)
    {
        length += Put(destination[length..], "\r\n"u8);
        length += changes.WriteFields(destination[length..]);
        return length + Put(destination[length..], "\r\n"u8);
    }

    private static int Put(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
