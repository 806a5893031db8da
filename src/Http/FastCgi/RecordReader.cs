using System;
using System.Buffers.Binary;

namespace Sluice.Http.FastCgi;

/// <summary>What a step over an application's records came to.</summary>
public enum RecordStatus
{
    /// <summary>All bytes shown are taken; the answer goes on.</summary>
    NeedMore,

    /// <summary>Bytes of the answer were found (FCGI_STDOUT).</summary>
    Output,

    /// <summary>The application says that its answer is whole (an empty FCGI_STDOUT).</summary>
    OutputEnd,

    /// <summary>Bytes of a message for the operator were found (FCGI_STDERR).</summary>
    Error,

    /// <summary>The request is done (FCGI_END_REQUEST); what follows is no part of it.</summary>
    End,

    /// <summary>It is no record of this request: nothing that follows can be trusted.</summary>
    Malformed,
}

/// <summary>
/// Reads the records of one answer (FastCGI 1.0, 3.3): content as it comes, without waiting for the end of a record; padding and records of unknown types
/// are read over. It holds no content, so any cut of the input gives the same bytes. Reused after <see cref="Clear"/>.
/// </summary>
public sealed class RecordReader
{
    private readonly byte[] _header = new byte[Record.HeaderBytes];
    private int _headerLength;
    private RecordType _type;
    private int _left; // content of the record that was not found yet
    private int _padding; // that was not read over yet
    private State _state;

    private enum State
    {
        Header,
        Content,
        Padding,
        End,
        Malformed,
    }

    /// <summary>Bytes of the answer that the current record still has; a caller who takes some elsewhere says so with <see cref="Skip"/>.</summary>
    public int OutputLeft => _state == State.Content && _type == RecordType.Output ? _left : 0;

    /// <summary>Whether content follows at once, of whatever kind.</summary>
    public bool IsWithinContent => _state == State.Content;

    /// <summary>How many bytes come before any content can: the rest of a record's end and the next header.</summary>
    public int BytesToContent => _padding + Record.HeaderBytes - _headerLength;

    /// <summary>Makes it ready for another answer.</summary>
    public void Clear()
    {
        _headerLength = 0;
        _left = 0;
        _padding = 0;
        _state = State.Header;
    }

    /// <summary>Reads up to the next content, and over it as far as it is there. Called again with what follows the bytes taken, until it
    /// says that the answer ended or that it needs more.</summary>
    /// <param name="input">The bytes that follow those taken so far; may be empty.</param>
    /// <param name="taken">How many of them are done with, content included.</param>
    /// <param name="content">Which of them are content; empty unless the result is Output or Error.</param>
    public RecordStatus Read(ReadOnlySpan<byte> input, out int taken, out Range content)
    {
        content = default;
        taken = 0;
        while (true)
        {
            switch (_state)
            {
                case State.Header:
                    taken += TakeHeader(input[taken..]);
                    if (_headerLength < Record.HeaderBytes)
                    {
                        return RecordStatus.NeedMore;
                    }

                    if (BeginRecord() == RecordStatus.OutputEnd)
                    {
                        return RecordStatus.OutputEnd;
                    }

                    break;
                case State.Content when taken == input.Length:
                    return RecordStatus.NeedMore;
                case State.Content:
                    int length = int.Min(_left, input.Length - taken);
                    content = taken..(taken + length);
                    taken += length;
                    Skip(length);
                    if (_type is RecordType.Output or RecordType.Error)
                    {
                        return _type == RecordType.Output ? RecordStatus.Output : RecordStatus.Error;
                    }

                    content = default;
                    break;
                case State.Padding:
                    int padding = int.Min(_padding, input.Length - taken);
                    taken += padding;
                    _padding -= padding;
                    if (_padding > 0)
                    {
                        return RecordStatus.NeedMore;
                    }

                    EndRecord();
                    break;
                case State.End:
                    return RecordStatus.End;
                case State.Malformed:
                default:
                    return RecordStatus.Malformed;
            }
        }
    }

    /// <summary>So many bytes of the current record's content were taken by another way.</summary>
    public void Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _left);
        _left -= count;
        _state = _left == 0 ? State.Padding : State.Content;
    }

    private int TakeHeader(ReadOnlySpan<byte> input)
    {
        int length = int.Min(Record.HeaderBytes - _headerLength, input.Length);
        input[..length].CopyTo(_header.AsSpan(_headerLength));
        _headerLength += length;
        return length;
    }

    private RecordStatus BeginRecord()
    {
        _headerLength = 0;
        _type = (RecordType)_header[1];
        _left = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(4));
        _padding = _header[6];
        _state = _left > 0 ? State.Content : State.Padding;
        bool isOfRequest = _type is RecordType.Output or RecordType.Error or RecordType.EndRequest;
        if (_header[0] != Record.Version
            || (isOfRequest && BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)) != Record.RequestId))
        {
            _state = State.Malformed;
            return RecordStatus.Malformed;
        }

        return _type == RecordType.Output && _left == 0 ? RecordStatus.OutputEnd : RecordStatus.NeedMore;
    }

    private void EndRecord() => _state = _type == RecordType.EndRequest ? State.End : State.Header;
}
