using System;
using System.Buffers.Binary;

using Sluice.Engine.Processes;

namespace Sluice.Httpd.Logging;

/// <summary>Lines on their way from a server to the logger or the notifier: runs of whole lines, each for one log or receiver.</summary>
/// <remarks>First the generation that numbers the logs and how many lines were dropped before these, 32 bits each.
/// A run is the log's number and the length of its lines, 16 bits each, and the lines; all numbers are little
/// endian. Lines for the log of the last run join that run, so that the logger writes once for many lines.</remarks>
internal sealed class LogBatch
{
    /// <summary>Generation and dropped lines.</summary>
    private const int BatchHeaderBytes = 8;

    /// <summary>Number of the log and length of the run.</summary>
    private const int RunHeaderBytes = 4;

    private readonly byte[] _bytes = new byte[Channel.LongestMessage];

    /// <summary>How much of the buffer is filled, in bytes.</summary>
    private int _filled = BatchHeaderBytes;

    /// <summary>Where the header of the last run stands.</summary>
    private int _lastRun;

    /// <summary>The configuration that numbers the logs.</summary>
    public uint Generation { get; set; }

    /// <summary>How many lines found no room since a batch left.</summary>
    public uint Dropped { get; set; }

    /// <summary>There is no line.</summary>
    public bool IsEmpty => _filled == BatchHeaderBytes;

    /// <summary>What is sent to the logger, valid until the batch is changed.</summary>
    public ReadOnlySpan<byte> Message()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes, Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(4), Dropped);
        return _bytes.AsSpan(0, _filled);
    }

    /// <summary>Room for one line, whatever log it is for.</summary>
    /// <param name="size">An upper bound of the line's length.</param>
    /// <param name="line">Where to write it; <see cref="Commit"/> takes what was written.</param>
    /// <returns>False if the batch is too full.</returns>
    public bool TryReserve(int size, out Span<byte> line)
    {
        int start = _filled + RunHeaderBytes;
        if (size > _bytes.Length - start)
        {
            line = default;
            return false;
        }

        line = _bytes.AsSpan(start, size);
        return true;
    }

    /// <summary>Takes the line that was written into the reserved room.</summary>
    /// <param name="log">The number of the log that it is for.</param>
    /// <param name="length">Its length in bytes, newline included.</param>
    public void Commit(ushort log, int length)
    {
        if (!IsEmpty && LogOf(_lastRun) == log)
        {
            _bytes.AsSpan(_filled + RunHeaderBytes, length).CopyTo(_bytes.AsSpan(_filled));
            SetLength(_lastRun, LengthOf(_lastRun) + length);
            _filled += length;
            return;
        }

        _lastRun = _filled;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_lastRun), log);
        SetLength(_lastRun, length);
        _filled += RunHeaderBytes + length;
    }

    /// <summary>Forgets everything that was added.</summary>
    public void Clear()
    {
        _filled = BatchHeaderBytes;
        Dropped = 0;
    }

    /// <summary>Reads the beginning of a batch.</summary>
    /// <param name="message">The whole message; the runs are left of it.</param>
    /// <param name="generation">Which configuration numbers the logs.</param>
    /// <param name="dropped">Lines that found no room before these.</param>
    /// <returns>False where the message is not a batch.</returns>
    public static bool TryReadHeader(ref ReadOnlySpan<byte> message, out uint generation, out uint dropped)
    {
        generation = 0;
        dropped = 0;
        if (message.Length < BatchHeaderBytes)
        {
            return false;
        }

        generation = BinaryPrimitives.ReadUInt32LittleEndian(message);
        dropped = BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
        message = message[BatchHeaderBytes..];
        return true;
    }

    /// <summary>Takes the next run off what a batch's message holds.</summary>
    /// <param name="rest">What is left of the message; shortened by the run.</param>
    /// <param name="log">Which log the lines are for.</param>
    /// <param name="lines">Whole lines.</param>
    /// <returns>False at the end, or where the message is not a batch.</returns>
    public static bool TryReadRun(ref ReadOnlySpan<byte> rest, out ushort log, out ReadOnlySpan<byte> lines)
    {
        log = 0;
        lines = default;
        if (rest.Length < RunHeaderBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        if (length > rest.Length - RunHeaderBytes)
        {
            return false;
        }

        log = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        lines = rest.Slice(RunHeaderBytes, length);
        rest = rest[(RunHeaderBytes + length)..];
        return true;
    }

    private ushort LogOf(int run) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(run));

    private int LengthOf(int run) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(run + 2));

    private void SetLength(int run, int length) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(run + 2), (ushort)length);
}
