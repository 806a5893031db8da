using Sluice.Engine.Streams;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Relaying;

/// <summary>What an attempt to read a head came to.</summary>
internal enum HeadStatus
{
    /// <summary>It is there, and taken from the input.</summary>
    Complete,

    /// <summary>More has to come.</summary>
    Wait,

    /// <summary>It is none; the head says why.</summary>
    Rejected,

    /// <summary>Nothing more comes.</summary>
    Ended,
}

/// <summary>Reads heads from connections, as far as they are there; never waits.</summary>
internal static class HeadReader
{
    /// <summary>Reads on at a request's head.</summary>
    public static HeadStatus Read(Connection connection, RequestHead head, HeadLimits limits)
    {
        while (true)
        {
            ParseStatus parsed = connection.Input.IsEmpty ? ParseStatus.NeedMore : RequestParser.Parse(connection.Input, head, limits);
            if (Taken(connection, head, parsed) is { } status)
            {
                return status;
            }
        }
    }

    /// <summary>Reads on at a response's head.</summary>
    public static HeadStatus Read(Connection connection, ResponseHead head, HeadLimits limits)
    {
        while (true)
        {
            ParseStatus parsed = connection.Input.IsEmpty ? ParseStatus.NeedMore : ResponseParser.Parse(connection.Input, head, limits);
            if (Taken(connection, head, parsed) is { } status)
            {
                return status;
            }
        }
    }

    // Null where more was received.
    private static HeadStatus? Taken(Connection connection, MessageHead head, ParseStatus parsed)
    {
        if (parsed == ParseStatus.Complete)
        {
            connection.Consume(head.Taken);
            return HeadStatus.Complete;
        }

        if (parsed == ParseStatus.Rejected)
        {
            return HeadStatus.Rejected;
        }

        switch (connection.TryFill())
        {
            case Fill.More:
                return null;
            case Fill.Again:
                return HeadStatus.Wait;
            case Fill.Full:
                head.Gather(connection.Input);
                connection.Discard();
                return null;
            default:
                return HeadStatus.Ended;
        }
    }
}
