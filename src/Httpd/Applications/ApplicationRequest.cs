using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.FastCgi;
using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>One request at an application: the connection for it, and what the client is answered where the application fails. Used again for other requests.</summary>
internal sealed class ApplicationRequest
{
    private readonly ApplicationHandler _handler;
    private readonly ApplicationAnswer _answer;
    private readonly ErrorText _errorText = new();
    private readonly RequestBody _body;
    private readonly ApplicationRelay _relay;
    private readonly SayLine _say;
    private byte[] _path = new byte[256]; // as it is logged; the handler's memory is somebody else's by then
    private Exchange _exchange = null!;
    private Place _place = null!;
    private DeadlineQueue? _timeout;
    private ApplicationPool _pool = null!;
    private ApplicationConnection _application;
    private Errno _connectError;

    /// <summary>Made when no other is free.</summary>
    /// <param name="handler">What the requests of the process share.</param>
    public ApplicationRequest(ApplicationHandler handler)
    {
        _handler = handler;
        _answer = new ApplicationAnswer(handler.Pages);
        _body = new RequestBody(handler.Loop, handler.Spools, handler.Pipes);
        _say = Say;
        _relay = new ApplicationRelay(handler, _answer, _body, _errorText, _say);
    }

    /// <summary>Which request it is, and whether it is under way: another number means that this one is over.</summary>
    public long Number { get; private set; }

    /// <summary>Where the parameters are written before the request is served.</summary>
    public RequestWriter Writer { get; } = new();

    /// <summary>
    /// Whether a connection is kept for a request and behind it. One that was kept may be closed as the request arrives, and only what changes nothing may then
    /// be asked for again (RFC 9110 9.2.1).
    /// </summary>
    public static ApplicationPersistence PersistenceOf(Exchange exchange) =>
        exchange.Head.Method is Method.Get or Method.Head or Method.Options && exchange.Body.Kind == BodyKind.None
            ? ApplicationPersistence.Keep
            : ApplicationPersistence.Close;

    /// <summary>Whether the request of that number is under way and the application has said nothing yet.</summary>
    public bool IsUnanswered(long number) => number == Number && !_relay.HasReceived;

    /// <summary>Serves a request whose parameters are written, up to their end.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<Outcome> Serve(Exchange exchange, Place place, DeadlineQueue? timeout, ApplicationPool pool)
    {
        Begin(exchange, place, timeout, pool);
        ApplicationPersistence persistence = PersistenceOf(exchange);
        ApplicationEnd end = exchange.Body.Kind == BodyKind.Chunked ? await Spool() : ApplicationEnd.None;
        while (end == ApplicationEnd.None)
        {
            bool isKept = persistence == ApplicationPersistence.Keep && pool.TryTake(out _application);
            end = isKept ? ApplicationEnd.None : await Open();
            if (end == ApplicationEnd.None)
            {
                end = await _relay.Run(exchange, place, _application.Connection, Writer.Written, timeout);
                Release(persistence);
            }

            if (isKept && end == ApplicationEnd.Unanswered)
            {
                // It was closed as the request arrived.
                end = ApplicationEnd.None;
            }
        }

        if (end == ApplicationEnd.Whole && _answer.HasExcess)
        {
            _handler.Fail(_exchange, _place, "the application's answer was longer than announced");
        }
        else if (end is not (ApplicationEnd.Whole or ApplicationEnd.ClientGone or ApplicationEnd.BodyFault))
        {
            _handler.Fail(_exchange, _place, ApplicationEnds.Describe(end, _answer.Fault, _connectError, _body.SpoolError));
        }

        Outcome outcome = await Conclude(end);
        End();
        return outcome;
    }

    private void Begin(Exchange exchange, Place place, DeadlineQueue? timeout, ApplicationPool pool)
    {
        Number++;
        _exchange = exchange;
        _place = place;
        _timeout = timeout;
        _pool = pool;
        _connectError = Errno.None;
        _errorText.Clear();
        KeepPath(exchange.Log);
        _body.Begin(exchange.Body, place.Scheme);
    }

    private void KeepPath(AccessRecord log)
    {
        int length = log.Path.Length + log.Sought.Length;
        if (_path.Length < length)
        {
            _path = new byte[length];
        }

        log.Path.CopyTo(_path);
        log.Sought.CopyTo(_path.AsMemory(log.Path.Length));
        log.Sought = _path.AsMemory(log.Path.Length, log.Sought.Length);
        log.Path = _path.AsMemory(0, log.Path.Length);
    }

    private void End()
    {
        _body.End();
        _answer.End();
        _exchange = null!;
        _place = null!;
        _application = default;
        Number++;
        _handler.Return(this);
    }

    /// <summary>Takes a body of unknown length whole, since an application is told the length first (D-27).</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> Spool()
    {
        ApplicationEnd end = await _body.Spool();
        if (end != ApplicationEnd.None)
        {
            return end;
        }

        _handler.Parameters.WriteLength(Writer, _body.SpooledBytes);
        Writer.End();
        return ApplicationEnd.None;
    }

    /// <summary>Opens a connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> Open()
    {
        ConnectResult result = await _pool.Open(_timeout ?? _handler.LongestConnect);
        _connectError = result.Error;
        if (result.Connection is null)
        {
            return result.Error == Errno.TimedOut ? ApplicationEnd.TimedOut : ApplicationEnd.Unanswered;
        }

        _application = new ApplicationConnection(result.Connection, _handler.Loop.Now);
        _pool.NoteOpened(this);
        return ApplicationEnd.None;
    }

    private void Release(ApplicationPersistence persistence)
    {
        if (persistence == ApplicationPersistence.Keep)
        {
            _pool.Return(_application);
        }
        else
        {
            _application.Connection.Close();
        }
    }

    /// <summary>The answer where the application's is none, or the end of one that began.</summary>
    private ValueTask<Outcome> Conclude(ApplicationEnd end)
    {
        _errorText.End(_say);
        if (end != ApplicationEnd.Whole)
        {
            _exchange.Response.End();
        }

        bool hasStarted = _exchange.Response.HasStarted;
        if (end == ApplicationEnd.ClientGone || (end == ApplicationEnd.BodyFault && hasStarted))
        {
            return new ValueTask<Outcome>(_answer.Outcome is Outcome.Expired ? Outcome.Expired : Outcome.Gone);
        }

        if (end == ApplicationEnd.Whole)
        {
            return default;
        }

        if (hasStarted)
        {
            _exchange.Log.HasFailure = true;
            return Truncate();
        }

        _exchange.Response.Fields.Clear();
        return end switch
        {
            ApplicationEnd.BodyFault => AnswerFault(_body.Fault),
            ApplicationEnd.Unkept => AnswerUnread(StatusCode.ServiceUnavailable),
            ApplicationEnd.TimedOut => _handler.SendPage(_exchange, _place, StatusCode.GatewayTimeout),
            _ => _handler.SendPage(_exchange, _place, StatusCode.BadGateway),
        };
    }

    /// <summary>Sends what the application did say, so that the client sees that something is missing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> Truncate()
    {
        Outcome outcome = await _exchange.Response.Flush();
        return outcome == Outcome.Sent ? Outcome.Truncated : outcome;
    }

    private ValueTask<Outcome> AnswerFault(BodyStatus fault) => fault switch
    {
        BodyStatus.Rejected => _handler.Pages.Reject(_exchange, _place, _exchange.Body.Rejection),
        BodyStatus.Expired => AnswerUnread(StatusCode.RequestTimeout),
        _ => new ValueTask<Outcome>(Outcome.Gone),
    };

    /// <summary>Answers although a part of the body is still to come.</summary>
    private ValueTask<Outcome> AnswerUnread(int status)
    {
        _exchange.Response.Continuation = Continuation.Close;
        return _handler.SendPage(_exchange, _place, status);
    }

    private void Say(ReadOnlySpan<byte> line) => _handler.Say(_exchange, _place, line);
}
