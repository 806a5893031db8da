using System;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>What a request asks for; the numbers stand in the messages.</summary>
internal enum RequestType
{
    Show = 1,
    Monitor = 2,
    Command = 3,
    Poll = 4,
    Log = 5,
    Load = 6,
    Reload = 7,
    Stop = 8,
    AddHost = 9,
    Purge = 10,
}

/// <summary>What became of reading a request.</summary>
public enum RequestReading
{
    /// <summary>It is one.</summary>
    Done,

    /// <summary>The client speaks another version of the protocol: it is to be told so.</summary>
    OtherVersion,

    /// <summary>It is none: whoever sent it made a mistake, or means no good.</summary>
    Malformed,
}

/// <summary>What a client of the control socket wants.</summary>
public abstract record Request
{
    private protected Request(RequestType type)
    {
        Type = type;
    }

    internal RequestType Type { get; }

    /// <summary>Writes it as one message.</summary>
    /// <param name="writer">Empty.</param>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Small(ControlProtocol.Version);
        writer.Small((int)Type);
        WriteFields(writer);
    }

    /// <summary>Reads a message of a client, which may be anything.</summary>
    /// <param name="message">All of it.</param>
    /// <param name="request">The request; null unless the result is Done.</param>
    public static RequestReading Read(ReadOnlySpan<byte> message, out Request? request)
    {
        request = null;
        WireReader reader = new(message);
        if (reader.Byte() is not ControlProtocol.Version and { } version)
        {
            return version == 0 ? RequestReading.Malformed : RequestReading.OtherVersion;
        }

        Request? read = (RequestType)reader.Byte() switch
        {
            RequestType.Show => ShowRequest.ReadFields(ref reader),
            RequestType.Monitor => new MonitorRequest(),
            RequestType.Command => CommandRequest.ReadFields(ref reader),
            RequestType.Poll => new PollRequest(),
            RequestType.Log => LogRequest.ReadFields(ref reader),
            RequestType.Load => LoadRequest.ReadFields(ref reader),
            RequestType.Reload => new ReloadRequest(),
            RequestType.Stop => new StopRequest(),
            RequestType.Purge => new PurgeRequest(),
            RequestType.AddHost => AddHostRequest.ReadFields(ref reader),
            _ => null,
        };
        if (read is null || !reader.IsWhole)
        {
            return RequestReading.Malformed;
        }

        request = read;
        return RequestReading.Done;
    }

    private protected virtual void WriteFields(WireWriter writer)
    {
    }
}
