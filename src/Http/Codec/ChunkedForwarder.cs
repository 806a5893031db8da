using System;
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;

namespace Sluice.Http.Codec;

/// <summary>How the content of a chunked body is sent on.</summary>
public enum ForwardedForm
{
    /// <summary>In the same chunks.</summary>
    Chunked,

    /// <summary>Without framing, to a client of HTTP/1.0, which knows its end by the end of the connection (RFC 9112 6.1, 7.1.3).</summary>
    Plain,
}

/// <summary>
/// Sends a chunked body on (RFC 9112 7.1): <see cref="ChunkedDecoder"/> reads it strictly, and says what of the input is sent as it is and what instead of
/// the rest. Chunks stay as they were cut; their lines have the size alone, in lower case, without leading zeros; trailers come without the fields that
/// have no place there (<see cref="TrailerFields"/>). So nothing but the one meaning that was read is ever sent on. What is in this form already goes on in one piece.
/// </summary>
/// <remarks>Reused after <see cref="Begin"/>. Any cut of the input gives the same bytes, and a size line is sent when it is whole.</remarks>
/// <example>
/// <code>
/// do
/// {
///     status = forwarder.Read(input, out int taken, out int length);
///     Send(input[..length]);
///     Send(forwarder.Inserted);
///     input = input[taken..];
/// }
/// while (status == ParseStatus.NeedMore &amp;&amp; input.Length > 0);
/// </code>
/// </example>
public sealed class ChunkedForwarder
{
    private const int LongestLine = 18; // 16 digits and CRLF
    private const int EmptySection = 2; // CRLF
    private const int KeptBytes = 1024;

    private readonly ChunkedDecoder _decoder = new();
    private MessageHead _head = null!;
    private ForwardedForm _form;
    private FieldFilter? _filter;
    private byte[] _trailers = []; // the section as far as it is there; as long as the decoder says
    private byte[] _inserted = new byte[LongestLine];
    private int _insertedLength;

    /// <summary>Why framing is lost.</summary>
    public Rejection Rejection => _decoder.Rejection;

    /// <summary>Bytes of content so far.</summary>
    public long Length => _decoder.Length;

    /// <summary>What is sent behind the part of the input that the last read gave; valid until the next.</summary>
    public ReadOnlySpan<byte> Inserted => _inserted.AsSpan(0, _insertedLength);

    /// <summary>Begins with another body.</summary>
    /// <param name="head">The head before it, whose Connection may name trailers; it stays until the body is over.</param>
    /// <param name="form">How it is sent on.</param>
    /// <param name="filter">Which trailers may be sent on, of those that any may be; null for all of these.</param>
    public void Begin(MessageHead head, ForwardedForm form, FieldFilter? filter = null)
    {
        _decoder.Clear();
        _head = head;
        _form = form;
        _filter = filter;
        _insertedLength = 0;
        if (_trailers.Length > KeptBytes)
        {
            (_trailers, _inserted) = ([], new byte[LongestLine]);
        }
    }

    /// <summary>
    /// Reads on. Called again with what follows the bytes taken: at once where there are any, also if it needs more. What it gave
    /// before it rejects was good.
    /// </summary>
    /// <param name="input">The bytes that follow those taken so far.</param>
    /// <param name="taken">How many of them are done with when that is sent which is to be sent.</param>
    /// <param name="verbatim">Which of these are sent on as they are; <see cref="Inserted"/> comes behind them.</param>
    public ParseStatus Read(ReadOnlySpan<byte> input, out int taken, out Range verbatim)
    {
        _insertedLength = 0;
        if (_form == ForwardedForm.Chunked)
        {
            ParseStatus status = ReadChunks(input, out taken, out int run);
            verbatim = 0..run;
            return status;
        }

        return _decoder.Read(input, out taken, out verbatim) switch
        {
            ChunkStatus.End => ParseStatus.Complete,
            ChunkStatus.Rejected => ParseStatus.Rejected,
            _ => ParseStatus.NeedMore,
        };
    }

    /// <param name="input">As above.</param>
    /// <param name="taken">As above.</param>
    /// <param name="run">How many bytes from the first go on as they are.</param>
    private ParseStatus ReadChunks(ReadOnlySpan<byte> input, out int taken, out int run)
    {
        run = 0;
        while (true)
        {
            // The end of a chunk goes on with it, so that nobody waits for it; a line waits until it is whole.
            int ends = _decoder.EndBytes;
            int trailers = _decoder.TrailerBytes;
            ChunkStatus status = _decoder.ReadFraming(input[run..], out int framing);
            ends = int.Min(ends, framing);
            ReadOnlySpan<byte> line = input.Slice(run + ends, framing - ends);
            switch (status)
            {
                case ChunkStatus.Rejected:
                    run += int.Max(0, int.Min(ends, framing - 1));
                    taken = run;
                    return run > 0 ? ParseStatus.NeedMore : ParseStatus.Rejected;
                case ChunkStatus.Content when line.IsEmpty || IsCanonical(line):
                    run += framing;
                    run += _decoder.TakeContent(input.Length - run);
                    if (run == input.Length)
                    {
                        taken = run;
                        return ParseStatus.NeedMore;
                    }

                    break;
                case ChunkStatus.End when _decoder.TrailerBytes == EmptySection && line.SequenceEqual("0\r\n\r\n"u8):
                    run += framing;
                    taken = run;
                    return ParseStatus.Complete;
                default:
                    KeepTrailers(line, trailers);
                    run += ends;
                    taken = run + line.Length;
                    return status == ChunkStatus.End ? InsertTrailers() : ParseStatus.NeedMore;
            }
        }
    }

    // Leaves the line in the canonical form to be inserted where it is not in that form.
    private bool IsCanonical(ReadOnlySpan<byte> line)
    {
        bool isWritten = Utf8Formatter.TryFormat(_decoder.Left, _inserted, out int digits, new StandardFormat('x'));
        Debug.Assert(isWritten, "There is room for each size.");
        "\r\n"u8.CopyTo(_inserted.AsSpan(digits));
        _insertedLength = digits + 2;
        if (!line.SequenceEqual(Inserted))
        {
            return false;
        }

        _insertedLength = 0;
        return true;
    }

    // What was read last is of the section, as far as that grew.
    private void KeepTrailers(ReadOnlySpan<byte> line, int before)
    {
        int all = _decoder.TrailerBytes;
        if (all > _trailers.Length)
        {
            Array.Resize(ref _trailers, int.Max(all, _trailers.Length * 2));
        }

        line[^(all - before)..].CopyTo(_trailers.AsSpan(before));
    }

    private ParseStatus InsertTrailers()
    {
        ReadOnlySpan<byte> section = _trailers.AsSpan(0, _decoder.TrailerBytes);
        if (_inserted.Length < LongestLine + section.Length)
        {
            _inserted = new byte[LongestLine + section.Length];
        }

        Insert("0\r\n"u8);
        while (!section.IsEmpty)
        {
            int end = section.IndexOf("\r\n"u8) + 2;
            ReadOnlySpan<byte> line = section[..end];
            ReadOnlySpan<byte> name = line[..int.Max(0, line.IndexOf((byte)':'))];
            if (name.IsEmpty || (TrailerFields.MaySend(name) && _filter?.Invoke(name) != false && !Persistence.ConnectionNames(_head, name)))
            {
                Insert(line);
            }

            section = section[end..];
        }

        return ParseStatus.Complete;
    }

    private void Insert(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_inserted.AsSpan(_insertedLength));
        _insertedLength += text.Length;
    }
}
