using System;
using System.Buffers.Binary;

using Sluice.Http.Text;
using Sluice.Httpd.Logging;

namespace Sluice.Httpd.Notices;

/// <summary>The server's side of <c>notify-on-block</c>: makes the messages, and hands them to the notifier.</summary>
/// <remarks>A notice is one line of an <see cref="Outbox"/>: its length in 16 bits, little endian, and its text. What finds no
/// room, is too long or asks for a capture that is not there is dropped and counted; the request does not wait.</remarks>
internal sealed class BlockNotices(Outbox outbox)
{
    /// <summary>The longest text, in bytes.</summary>
    public const int Longest = 16384;

    private const int LengthBytes = sizeof(ushort);

    /// <summary>Tells of a request.</summary>
    /// <param name="notice">Whom, and what.</param>
    /// <param name="generation">The configuration that numbers the receivers.</param>
    /// <param name="values">Of the request and its answer.</param>
    public void Tell(NoticeTemplate notice, uint generation, MacroValues values)
    {
        if (!outbox.TryBegin(generation, LengthBytes + Longest, out Span<byte> room))
        {
            return;
        }

        if (notice.Text.Expand(values, room.Slice(LengthBytes, Longest), out int length) != MacroStatus.Done)
        {
            outbox.Drop();
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)length);
        outbox.End(notice.Receiver, LengthBytes + length);
    }

    /// <summary>Hands over what was gathered, if it is taken.</summary>
    public void Flush() => outbox.Flush();

    /// <summary>Forgets what was not taken: nobody is told any more.</summary>
    public void Clear() => outbox.Clear();

    /// <summary>Takes the next notice off a run of them.</summary>
    /// <param name="run">What is left; shortened by the notice.</param>
    /// <param name="text">Its text.</param>
    /// <returns>False at the end, or where the run holds something else.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> run, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (run.Length < LengthBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(run);
        if (length > run.Length - LengthBytes)
        {
            return false;
        }

        text = run.Slice(LengthBytes, length);
        run = run[(LengthBytes + length)..];
        return true;
    }
}
