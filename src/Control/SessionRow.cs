using System;
using System.Net;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>How far a session is.</summary>
public enum SessionState
{
    /// <summary>Bytes go both ways.</summary>
    Running,

    /// <summary>The last bytes are on their way.</summary>
    Done,
}

/// <summary>A session of a relay.</summary>
/// <param name="Id">Its number in its process.</param>
/// <param name="RelayId">Whose it is.</param>
/// <param name="ProcessId">Which process has it.</param>
public sealed record SessionRow(long Id, int RelayId, int ProcessId) : Reply(ReplyType.Session)
{
    /// <summary>Who connected.</summary>
    public required IPEndPoint Client { get; init; }

    /// <summary>The host; null where none is chosen yet.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>How far it is.</summary>
    public SessionState State { get; init; }

    /// <summary>Since when it is there; in whole seconds.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Since when nothing happened; in whole seconds.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Id of its tag; 0 for none.</summary>
    public int TagId { get; init; }

    internal static SessionRow ReadFields(ref WireReader reader) => new(reader.Number(0, long.MaxValue), reader.Number(), reader.Number())
    {
        Client = reader.EndPoint(),
        Target = reader.Flag() ? reader.EndPoint() : null,
        State = (SessionState)reader.Small((int)SessionState.Done),
        Age = TimeSpan.FromSeconds(reader.Number(0, uint.MaxValue)),
        Idle = TimeSpan.FromSeconds(reader.Number(0, uint.MaxValue)),
        TagId = reader.Number(),
    };

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Id);
        writer.Count(RelayId);
        writer.Count(ProcessId);
        writer.EndPoint(Client);
        writer.Small(Target is null ? 0 : 1);
        if (Target is not null)
        {
            writer.EndPoint(Target);
        }

        writer.Small((int)State);
        writer.Number((long)Age.TotalSeconds);
        writer.Number((long)Idle.TotalSeconds);
        writer.Count(TagId);
    }
}
