using System;
using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Http.FastCgi;

/// <summary>What is wrong with the head of an application's answer.</summary>
public enum ApplicationFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A line without a colon, or with no name before it.</summary>
    FieldLine,

    /// <summary>A control byte in a value.</summary>
    FieldValue,

    /// <summary>Status is no number of a final answer.</summary>
    Status,

    /// <summary>Content-Length is no length, or there are two.</summary>
    ContentLength,

    /// <summary>It is longer than <see cref="ApplicationHead.MostBytes"/>.</summary>
    TooLong,
}

/// <summary>
/// The head of an application's answer (RFC 3875 6.2 and 6.3): lines ended by CRLF, LF or CR, closed by an empty one. Fields that concern one connection only
/// (RFC 9110 7.6.1) are left out. Pure: bytes in, values out.
/// </summary>
public sealed class ApplicationHead
{
    /// <summary>The longest head that is read; a longer one is a fault of the application.</summary>
    public const int MostBytes = 64 * 1024;

    private const int FirstFinalStatus = 200;
    private bool _hasStatus;
    private bool _hasLocation;

    /// <summary>The status of the answer: that of Status, else 302 where there is a Location, else 200.</summary>
    public int Status { get; private set; }

    /// <summary>The length that the application announced; null for none.</summary>
    public long? Length { get; private set; }

    /// <summary>Where the head ends in what was received so far.</summary>
    /// <param name="received">The answer from its first byte.</param>
    /// <param name="searched">Where the search goes on the next time; 0 at first.</param>
    /// <returns>Bytes of the head with its empty line; null where it is not whole yet.</returns>
    public static int? FindEnd(ReadOnlySpan<byte> received, ref int searched)
    {
        int at = searched;
        while (true)
        {
            int end = received[at..].IndexOfAny((byte)'\r', (byte)'\n');
            int next = end < 0 ? received.Length : AfterLineEnd(received, at + end);

            // A CR that is the last byte may be half of a CRLF.
            if (end < 0 || next > received.Length)
            {
                searched = at;
                return null;
            }

            if (end == 0)
            {
                return next;
            }

            at = next;
        }
    }

    /// <summary>Reads a whole head.</summary>
    /// <param name="head">As <see cref="FindEnd"/> found it.</param>
    /// <param name="fields">Takes the fields that are sent on; empty at first.</param>
    public ApplicationFault Read(ReadOnlySpan<byte> head, ResponseFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Status = StatusCode.Ok;
        Length = null;
        _hasStatus = false;
        _hasLocation = false;
        bool hasConnection = false;
        for (ReadOnlySpan<byte> rest = head; TryTakeLine(ref rest, out ReadOnlySpan<byte> line);)
        {
            ApplicationFault fault = ReadLine(line, fields, ref hasConnection);
            if (fault != ApplicationFault.None)
            {
                return fault;
            }
        }

        if (hasConnection)
        {
            RemoveNamed(head, fields);
        }

        if (_hasLocation && !_hasStatus)
        {
            Status = StatusCode.Found;
        }

        return ApplicationFault.None;
    }

    private ApplicationFault ReadLine(ReadOnlySpan<byte> line, ResponseFields fields, ref bool hasConnection)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? default : line[..colon];
        if (name.IsEmpty || name.ContainsAnyExcept(Characters.Token))
        {
            return ApplicationFault.FieldLine;
        }

        ReadOnlySpan<byte> value = Characters.TrimBlanks(line[(colon + 1)..]);
        if (Ascii.EqualsIgnoreCase(name, "Status"u8))
        {
            return ReadStatus(value);
        }

        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            return ReadLength(value);
        }

        hasConnection |= IsConnection(name);
        _hasLocation |= Ascii.EqualsIgnoreCase(name, "Location"u8);
        return HopByHop.Contains(name) || fields.TryAdd(name, value) ? ApplicationFault.None : ApplicationFault.FieldValue;
    }

    // A number that the table does not have is 200 (H-FCGI-40); an interim answer would leave the client without a final one.
    private ApplicationFault ReadStatus(ReadOnlySpan<byte> value)
    {
        const int Digits = 3;
        if (value.Length < Digits || !TryNumber(value[..Digits], out long code) || code < FirstFinalStatus
            || (value.Length > Digits && value[Digits] != (byte)' '))
        {
            return ApplicationFault.Status;
        }

        _hasStatus = true;
        Status = StatusCode.IsKnown((int)code) ? (int)code : StatusCode.Ok;
        return ApplicationFault.None;
    }

    private ApplicationFault ReadLength(ReadOnlySpan<byte> value)
    {
        if (Length is not null || !TryNumber(value, out long length))
        {
            return ApplicationFault.ContentLength;
        }

        Length = length;
        return ApplicationFault.None;
    }

    // What Connection names concerns this connection only; whatever it says, an answer keeps its type (RFC 9110 7.6.1).
    private static void RemoveNamed(ReadOnlySpan<byte> head, ResponseFields fields)
    {
        for (ReadOnlySpan<byte> rest = head; TryTakeLine(ref rest, out ReadOnlySpan<byte> line);)
        {
            int colon = line.IndexOf((byte)':');
            if (!IsConnection(line[..colon]))
            {
                continue;
            }

            ReadOnlySpan<byte> options = line[(colon + 1)..];
            foreach (Range part in options.Split((byte)','))
            {
                ReadOnlySpan<byte> name = Characters.TrimBlanks(options[part]);
                if (!name.IsEmpty && !Ascii.EqualsIgnoreCase(name, "Content-Type"u8))
                {
                    fields.Remove(name);
                }
            }
        }
    }

    private static bool IsConnection(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "Connection"u8);

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long value)
    {
        const int MostDigits = 18;
        value = 0;
        if (digits.IsEmpty || digits.Length > MostDigits || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        line = end > 0 ? rest[..end] : default;
        rest = end > 0 ? rest[int.Min(AfterLineEnd(rest, end), rest.Length)..] : default;
        return end > 0;
    }

    // Behind a line end; beyond the text where it ends in a CR, which may be half of one.
    private static int AfterLineEnd(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] == (byte)'\n')
        {
            return at + 1;
        }

        return at + 1 < text.Length && text[at + 1] != (byte)'\n' ? at + 1 : at + 2;
    }
}
