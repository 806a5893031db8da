using System;
using System.Buffers.Binary;

namespace Sluice.Http.FastCgi;

/// <summary>Whether an application is asked to keep the connection behind its answer (FCGI_KEEP_CONN).</summary>
public enum ApplicationPersistence
{
    /// <summary>It closes.</summary>
    Close,

    /// <summary>It may keep it; one that does not know how closes all the same.</summary>
    Keep,
}

/// <summary>
/// Writes what a request to an application begins with: FCGI_BEGIN_REQUEST and its parameters in records, without padding, a pair never split over two
/// (FastCGI 1.0, 3.4 and 5.2). Used again after <see cref="Begin"/>; it keeps the memory of the largest request, which the limits of a head bound.
/// </summary>
public sealed class RequestWriter
{
    private const int LongLength = 128;
    private const byte Responder = 1;
    private const int BeginBytes = 8;

    private byte[] _bytes = new byte[4096];
    private int _length;
    private int _recordAt; // the header of the record that parameters are put in; -1 for none

    /// <summary>Whether every pair fitted into a record; a larger one cannot be sent.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What was written, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Begins a request.</summary>
    public void Begin(ApplicationPersistence persistence)
    {
        _length = 0;
        _recordAt = -1;
        IsComplete = true;
        Record.WriteHeader(RecordType.BeginRequest, BeginBytes, Room(Record.HeaderBytes));
        _length += Record.HeaderBytes;
        Span<byte> body = Room(BeginBytes)[..BeginBytes];
        body.Clear();
        body[1] = Responder;
        body[2] = persistence == ApplicationPersistence.Keep ? (byte)1 : (byte)0;
        _length += BeginBytes;
    }

    /// <summary>Begins with more parameters of a request whose beginning was sent before.</summary>
    public void Continue()
    {
        _length = 0;
        _recordAt = -1;
        IsComplete = true;
    }

    /// <summary>Adds a parameter; one that fits into no record makes the request incomplete.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (TryAdd(name.Length, value.Length, out Span<byte> nameRoom, out Span<byte> valueRoom))
        {
            name.CopyTo(nameRoom);
            value.CopyTo(valueRoom);
        }
    }

    /// <summary>Adds a parameter whose name and value the caller writes, before the next call.</summary>
    /// <param name="nameLength">Bytes of its name.</param>
    /// <param name="valueLength">Bytes of its value.</param>
    /// <param name="name">Where the name goes.</param>
    /// <param name="value">Where the value goes.</param>
    /// <returns>False where the pair fits into no record; then the request is not complete.</returns>
    public bool TryAdd(int nameLength, int valueLength, out Span<byte> name, out Span<byte> value)
    {
        int pair = LengthBytes(nameLength) + LengthBytes(valueLength) + nameLength + valueLength;
        if (pair > Record.MostContent)
        {
            IsComplete = false;
            name = default;
            value = default;
            return false;
        }

        if (_recordAt < 0 || _length - _recordAt - Record.HeaderBytes + pair > Record.MostContent)
        {
            EndRecord();
            _ = Room(Record.HeaderBytes);
            _recordAt = _length;
            _length += Record.HeaderBytes;
        }

        Span<byte> room = Room(pair);
        int at = WriteLength(nameLength, room);
        at += WriteLength(valueLength, room[at..]);
        _length += pair;
        name = room.Slice(at, nameLength);
        value = room.Slice(at + nameLength, valueLength);
        return true;
    }

    /// <summary>Parameters follow later: the record of those that are there is closed.</summary>
    public void Pause() => EndRecord();

    /// <summary>Ends the parameters.</summary>
    public void End()
    {
        EndRecord();
        Record.WriteHeader(RecordType.Parameters, 0, Room(Record.HeaderBytes));
        _length += Record.HeaderBytes;
    }

    /// <summary>Ends a body that is empty.</summary>
    public void EndInput()
    {
        Record.WriteHeader(RecordType.Input, 0, Room(Record.HeaderBytes));
        _length += Record.HeaderBytes;
    }

    private void EndRecord()
    {
        if (_recordAt >= 0)
        {
            Record.WriteHeader(RecordType.Parameters, _length - _recordAt - Record.HeaderBytes, _bytes.AsSpan(_recordAt));
            _recordAt = -1;
        }
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
        {
            Array.Resize(ref _bytes, int.Max(_length + size, 2 * _bytes.Length));
        }

        return _bytes.AsSpan(_length);
    }

    private static int LengthBytes(int length) => length < LongLength ? 1 : 4;

    private static int WriteLength(int length, Span<byte> destination)
    {
        if (length < LongLength)
        {
            destination[0] = (byte)length;
            return 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)length | 0x8000_0000);
        return 4;
    }
}
