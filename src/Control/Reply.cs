using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>What a reply says; the numbers stand in the messages.</summary>
internal enum ReplyType
{
    /// <summary>Behind the last reply of a message.</summary>
    None = 0,
    End = 1,
    Text = 2,
    Redirect = 3,
    Relay = 4,
    Router = 5,
    Route = 6,
    Table = 7,
    Host = 8,
    Session = 9,
    Event = 10,
}

/// <summary>A part of an answer. A message of the daemon is a list of these.</summary>
public abstract record Reply
{
    private protected Reply(ReplyType type)
    {
        Type = type;
    }

    internal ReplyType Type { get; }

    /// <summary>Reads a message of the daemon.</summary>
    /// <param name="message">All of it.</param>
    /// <param name="replies">Where they are added to; what was read of a message that is none is not to be used.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ICollection<Reply> replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        WireReader reader = new(message);
        while (ReadOne(ref reader) is { } reply)
        {
            replies.Add(reply);
        }

        return reader.IsWhole;
    }

    internal void Write(WireWriter writer)
    {
        writer.Small((int)Type);
        WriteFields(writer);
    }

    private protected abstract void WriteFields(WireWriter writer);

    // Null at the end, and where there is none; only the former leaves a whole message.
    private static Reply? ReadOne(ref WireReader reader)
    {
        switch ((ReplyType)reader.Byte())
        {
            case ReplyType.None:
                return null;
            case ReplyType.End:
                return End.ReadFields(ref reader);
            case ReplyType.Text:
                return TextRow.ReadFields(ref reader);
            case ReplyType.Redirect:
                return RedirectRow.ReadFields(ref reader);
            case ReplyType.Relay:
                return RelayRow.ReadFields(ref reader);
            case ReplyType.Router:
                return RouterRow.ReadFields(ref reader);
            case ReplyType.Route:
                return RouteRow.ReadFields(ref reader);
            case ReplyType.Table:
                return TableRow.ReadFields(ref reader);
            case ReplyType.Host:
                return HostRow.ReadFields(ref reader);
            case ReplyType.Session:
                return SessionRow.ReadFields(ref reader);
            case ReplyType.Event:
                return EventRow.ReadFields(ref reader);
            default:
                reader.Fail();
                return null;
        }
    }
}
