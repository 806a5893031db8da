using System;

using Sluice.Http.Logging;

namespace Sluice.Relayd.Relaying;

/// <summary>What the access log says of a request beside its head, noted while it is served. All times are those of the loop.</summary>
internal sealed class RequestRecord
{
    // What is longer was made by a client, and is cut in the log.
    private const int MostIdBytes = 128;

    private readonly byte[] _id = new byte[MostIdBytes];
    private int _idLength;
    private TimeSpan? _began;
    private TimeSpan? _read;
    private TimeSpan? _sent;
    private TimeSpan? _answered;

    /// <summary>Whether a byte of a request came that was not logged yet.</summary>
    public bool HasBegun => _began is not null;

    /// <summary>Whether its head is whole.</summary>
    public bool IsRead => _read is not null;

    /// <summary>Whether a host was at hand.</summary>
    public bool IsSent => _sent is not null;

    /// <summary>Status of the answer; 0 before there is one.</summary>
    public int Status { get; private set; }

    /// <summary>What tells it from all others; empty where nothing does.</summary>
    public ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    /// <summary>Some of it is there.</summary>
    public void Begin(TimeSpan now) => _began ??= now;

    /// <summary>Its head is whole.</summary>
    public void Read(TimeSpan now) => _read = now;

    /// <summary>A host is at hand.</summary>
    public void Send(TimeSpan now) => _sent = now;

    /// <summary>The head of its answer came.</summary>
    public void Answer(TimeSpan now, int status) => (_answered, Status) = (now, status);

    /// <summary>It is told from all others by this.</summary>
    public void Identify(ReadOnlySpan<byte> id)
    {
        _idLength = int.Min(id.Length, MostIdBytes);
        id[.._idLength].CopyTo(_id);
    }

    /// <summary>How long it took, where it is over now.</summary>
    public RelayTimes TimesAt(TimeSpan now) => new(_read - _began, _sent - _read, _answered - _sent, now - _began);

    /// <summary>Forgets it.</summary>
    public void Clear()
    {
        (_began, _read, _sent, _answered) = (null, null, null, null);
        (Status, _idLength) = (0, 0);
    }
}
