using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Http;

/// <summary>
/// The answer to one request. It knows what the request allows (no body behind HEAD, 204, 304; chunks for 1.1 only), and adds
/// Connection, Date, Content-Length and Server. Small answers stay in the output block until the next request is waited for, so
/// answers to pipelined requests leave together.
/// </summary>
public sealed class ResponseWriter
{
    private readonly HttpEnvironment _environment;
    private Connection _connection = null!;
    private Exchange _exchange = null!;
    private readonly BodyWriter _body = new();
    private LogLine _logLine;

    internal ResponseWriter(HttpEnvironment environment)
    {
        _environment = environment;
    }

    private enum LogLine
    {
        Written,

        // The length of the body is not known before its end.
        Owed,
    }

    /// <summary>The fields to send, for answers that have no prepared head.</summary>
    public ResponseFields Fields { get; } = new();

    /// <summary>Text of the field Server; empty for none (<c>no banner</c>). Set again for each request.</summary>
    public ReadOnlyMemory<byte> Server { get; set; }

    /// <summary>Whether the connection is to be kept; may be set to close until the head is sent.</summary>
    public Continuation Continuation { get; set; }

    /// <summary>Whether a head was sent: another answer is not possible any more.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether the answer is whole.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether a client sees by the end of the connection alone that the answer is not whole: its last chunk is missing.</summary>
    internal bool IsVisiblyCut => !HasFailed && _body.Framing == ResponseFraming.Chunked;

    // Whether sending failed: nothing else can be sent either.
    private bool HasFailed { get; set; }

    // By default, for the compiler builds any other value from its parts in memory.
    private static ValueTask<Outcome> Sent => default;

    // Whether what is left of the body can be read over, so that the connection is kept. A client that waits for leave may
    // send the body or not after another answer: nobody can know.
    private bool IsDrainable => _exchange.Body is { IsAwaited: false, IsTooLarge: false, IsLost: false } body
        && (body.Kind == BodyKind.Chunked || body.Left <= _environment.Limits.DrainBytes);

    /// <summary>Sends a whole answer that was prepared.</summary>
    /// <param name="head">Its head, whose Content-Length is the length of the body.</param>
    /// <param name="body">Its body; stays as it is until the result is there. Not sent where there may be none.</param>
    public ValueTask<Outcome> Send(PreparedHead head, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (_connection.Room < head.MostBytes)
        {
            return SendLater(head, body);
        }

        Begin(head.Status, body.Length);
        WritePrepared(head);
        return SendBody(body);
    }

    /// <summary>Sends a whole answer that was prepared, its body from a file.</summary>
    /// <param name="head">Its head, whose Content-Length is the count.</param>
    /// <param name="file">Stays open until the result is there.</param>
    /// <param name="offset">Where in the file the body begins.</param>
    /// <param name="count">Its length.</param>
    public ValueTask<Outcome> Send(PreparedHead head, OpenFile file, long offset, long count)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (_connection.Room < head.MostBytes)
        {
            return SendLater(head, file, offset, count);
        }

        Begin(head.Status, count);
        WritePrepared(head);
        return SendBody(file, offset, count);
    }

    /// <summary>Sends a whole answer of <see cref="Fields"/> and a body.</summary>
    public ValueTask<Outcome> Send(int status, ReadOnlyMemory<byte> body)
    {
        Begin(status, body.Length);
        return TryWriteHead(status, body.Length) ? SendBody(body) : SendLater(status, body);
    }

    /// <summary>Sends a whole answer of <see cref="Fields"/> and a part of a file.</summary>
    public ValueTask<Outcome> Send(int status, OpenFile file, long offset, long count)
    {
        Begin(status, count);
        return TryWriteHead(status, count) ? SendBody(file, offset, count) : SendLater(status, file, offset, count);
    }

    /// <summary>Sends a page that explains a status: HTML, logged as 0 bytes (H-LOG-19).</summary>
    public ValueTask<Outcome> SendPage(int status, ReadOnlyMemory<byte> page)
    {
        if (StatusCode.HasBody(status) && !Fields.Has("Content-Type"u8))
        {
            Fields.Add("Content-Type"u8, "text/html"u8);
        }

        _exchange.Log.IsPage = true;
        return Send(status, page);
    }

    /// <summary>Answers nothing: the connection ends.</summary>
    public ValueTask<Outcome> Drop()
    {
        Continuation = Continuation.Close;
        return Sent;
    }

    /// <summary>Begins an answer of <see cref="Fields"/> whose body follows in parts; then come <see cref="Write(ReadOnlyMemory{byte})"/> and
    /// <see cref="Finish"/>.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="length">The body's length; null where it is not known: chunks for HTTP/1.1, else the close ends it.</param>
    public ValueTask<Outcome> Start(int status, long? length)
    {
        Begin(status, length);
        return TryWriteHead(status, length) ? Sent : WriteHeadLater(status);
    }

    /// <summary>Sends a part of the body at once. What goes beyond the announced length is not sent.</summary>
    /// <param name="content">Stays as it is until the result is there.</param>
    public ValueTask<Outcome> Write(ReadOnlyMemory<byte> content) => After(_body.Write(content));

    /// <summary>Sends a part of a file as a part of a body of announced length.</summary>
    /// <param name="file">Stays open until the result is there.</param>
    /// <param name="offset">Where in the file the part begins.</param>
    /// <param name="count">Its length, not beyond the announced one.</param>
    public ValueTask<Outcome> Write(OpenFile file, long offset, long count) => After(_body.Write(file, offset, count));

    /// <summary>Whether so many bytes more belong to the body, each of them.</summary>
    public bool Takes(long count) => _body.Takes(count);

    /// <summary>Sends the content of a pipe as a part of the body, to which all of it belongs.</summary>
    /// <param name="pipe">Empty when the answer is <see cref="Outcome.Sent"/>.</param>
    public ValueTask<Outcome> Write(Pipe pipe)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return After(_body.Write(pipe));
    }

    /// <summary>Puts a short part of the body into the output, to leave with what follows it or with <see cref="Flush"/>.</summary>
    /// <param name="content">Stays as it is until the result is there.</param>
    public ValueTask<Outcome> Put(ReadOnlyMemory<byte> content) => After(_body.Put(content));

    /// <summary>Sends what is in the output.</summary>
    public ValueTask<Outcome> Flush() => After(_connection.Flush());

    /// <summary>Ends the body. One that is shorter than announced is <see cref="Outcome.Truncated"/>, and the connection ends.</summary>
    public ValueTask<Outcome> Finish()
    {
        ValueTask<Wake> finishing = _body.Finish();
        return finishing.IsCompletedSuccessfully ? new ValueTask<Outcome>(Finished(finishing.Result)) : FinishLater(finishing);
    }

    internal void Begin(Connection connection, Exchange exchange, Continuation continuation)
    {
        _connection = connection;
        _exchange = exchange;
        Continuation = continuation;
        HasStarted = false;
        IsComplete = false;
        _logLine = LogLine.Written;
        HasFailed = false;
        Fields.Clear();
    }

    /// <summary>Nothing more is sent, be the answer whole or not: it is logged, if it was not before.</summary>
    public void End()
    {
        if (_logLine == LogLine.Owed)
        {
            _logLine = LogLine.Written;
            _exchange.Log.Bytes = _body.Written;
            _environment.Answered?.Invoke(_exchange);
        }
    }

    private void Begin(int status, long? length)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("A request has one answer.");
        }

        HasStarted = true;
        if (!_exchange.Body.IsComplete && !IsDrainable)
        {
            Continuation = Continuation.Close;
        }

        bool isHttp10 = _exchange.Head.Version == HttpVersion.Http10;
        ResponseFraming framing = length is not null ? ResponseFraming.Length
            : isHttp10 ? ResponseFraming.UntilClose
            : ResponseFraming.Chunked;
        Continuation = framing == ResponseFraming.UntilClose ? Continuation.Close : Continuation;
        bool hasBody = _exchange.Head.Method != Method.Head && StatusCode.HasBody(status);
        _body.Begin(_connection, hasBody ? framing : ResponseFraming.Empty, length ?? 0);
        _exchange.Log.Status = status;
        _exchange.Log.Bytes = _exchange.Log.IsPage || !StatusCode.HasBody(status) ? 0 : length ?? 0;
        if (hasBody && length is null)
        {
            _logLine = LogLine.Owed;
        }
        else
        {
            _environment.Answered?.Invoke(_exchange);
        }
    }

    private bool TryWriteHead(int status, long? length)
    {
        AddOwnFields(status, length);
        int most = MostBytesOfHead(status);
        if (most > _connection.Room)
        {
            return false;
        }

        Span<byte> output = _connection.Output(most);
        _connection.Commit(PreparedHead.Write(status, Fields, Continuation, _environment.Date, output).End);
        return true;
    }

    private int MostBytesOfHead(int status) =>
        StatusCode.Line(status).Length + Fields.LineBytes + PreparedHead.MostBytesOfVariable + 2;

    private void AddOwnFields(int status, long? length)
    {
        if (StatusCode.HasBody(status))
        {
            if (length is { } known)
            {
                Fields.Remove("Content-Length"u8);
                Fields.Add("Content-Length"u8, known);
            }
            else if (_exchange.Head.Version == HttpVersion.Http11)
            {
                Fields.Set("Transfer-Encoding"u8, "chunked"u8);
            }
        }

        if (!Server.IsEmpty)
        {
            Fields.Set("Server"u8, Server.Span);
        }
    }

    private void WritePrepared(PreparedHead head)
    {
        Span<byte> output = _connection.Output(head.MostBytes);
        _connection.Commit(head.Write(Continuation, _environment.Date, output));
    }

    private ValueTask<Outcome> SendBody(ReadOnlyMemory<byte> body)
    {
        IsComplete = true;
        if (_body.Framing == ResponseFraming.Empty || body.IsEmpty)
        {
            return Sent;
        }

        if (body.Length > _connection.Room)
        {
            return After(_connection.Flush(body));
        }

        body.Span.CopyTo(_connection.Output(body.Length));
        _connection.Commit(body.Length);
        return Sent;
    }

    private ValueTask<Outcome> SendBody(OpenFile file, long offset, long count)
    {
        IsComplete = true;
        return _body.Framing == ResponseFraming.Empty || count == 0
            ? Sent
            : After(_connection.SendFile(file, offset, count));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> FinishLater(ValueTask<Wake> finishing) => Finished(await finishing);

    private Outcome Finished(Wake wake)
    {
        IsComplete = wake == Wake.Ready;
        End();
        return OutcomeOf(wake);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendLater(PreparedHead head, ReadOnlyMemory<byte> body)
    {
        Outcome outcome = OutcomeOf(await _connection.Flush());
        return outcome == Outcome.Sent ? await Send(head, body) : outcome;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendLater(PreparedHead head, OpenFile file, long offset, long count)
    {
        Outcome outcome = OutcomeOf(await _connection.Flush());
        return outcome == Outcome.Sent ? await Send(head, file, offset, count) : outcome;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendLater(int status, ReadOnlyMemory<byte> body)
    {
        Outcome outcome = await WriteHeadLater(status);
        return outcome == Outcome.Sent ? await SendBody(body) : outcome;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendLater(int status, OpenFile file, long offset, long count)
    {
        Outcome outcome = await WriteHeadLater(status);
        return outcome == Outcome.Sent ? await SendBody(file, offset, count) : outcome;
    }

    // A head that is longer than the output block has memory of its own: long heads come from applications only, and seldom.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> WriteHeadLater(int status)
    {
        Outcome outcome = OutcomeOf(await _connection.Flush());
        if (outcome != Outcome.Sent)
        {
            return outcome;
        }

        byte[] head = new byte[MostBytesOfHead(status)];
        int length = PreparedHead.Write(status, Fields, Continuation, _environment.Date, head).End;
        if (length > _connection.Room)
        {
            return OutcomeOf(await _connection.Flush(head.AsMemory(0, length)));
        }

        head.AsSpan(0, length).CopyTo(_connection.Output(length));
        _connection.Commit(length);
        return Outcome.Sent;
    }

    private ValueTask<Outcome> After(ValueTask<Wake> sending) => sending.IsCompletedSuccessfully
        ? new ValueTask<Outcome>(OutcomeOf(sending.Result))
        : AfterWait(sending);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> AfterWait(ValueTask<Wake> sending) => OutcomeOf(await sending);

    private Outcome OutcomeOf(Wake wake)
    {
        Outcome outcome = wake switch
        {
            Wake.Ready => Outcome.Sent,
            Wake.Expired => Outcome.Expired,
            Wake.Truncated => Outcome.Truncated,
            _ => Outcome.Gone,
        };
        if (outcome != Outcome.Sent)
        {
            Continuation = Continuation.Close;
            IsComplete = false;
            HasFailed = true;
        }

        return outcome;
    }
}
