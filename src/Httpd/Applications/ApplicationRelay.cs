using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.FastCgi;
using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>One request over one connection to an application: what the client sends goes there while what it answers comes back.</summary>
internal sealed class ApplicationRelay
{
    /// <summary>A fast application must not keep the loop from everybody else.</summary>
    private const int MostPerTurn = 1024 * 1024;

    /// <summary>Below this, copying costs less than the calls.</summary>
    private const int LeastSpliced = 16 * 1024;

    private readonly ApplicationHandler _handler;
    private readonly ApplicationAnswer _answer;
    private readonly RequestBody _body;
    private readonly ErrorText _errorText;
    private readonly SayLine _say;
    private readonly RecordReader _records = new();
    private readonly Action _departure;
    private Exchange _exchange = null!;
    private DeadlineQueue? _timeout;
    private bool _isWatched;
    private bool _hasClientLeft;
    private bool _isWaiting; // for the application, and for nobody else
    private bool _isHeadLate; // what follows the head did not come at once
    private bool _maySplice;
    private bool _isSpliced; // the record before
    private Pipe? _pipe; // with a part of the answer
    private int _ofThisTurn; // bytes

    /// <summary>Made with a request, and used again with it.</summary>
    /// <param name="handler">What the requests of the process share.</param>
    /// <param name="answer">Takes what the application writes.</param>
    /// <param name="body">Sends what the client sends.</param>
    /// <param name="errorText">Takes what the application says to the operator.</param>
    /// <param name="say">Says that.</param>
    public ApplicationRelay(ApplicationHandler handler, ApplicationAnswer answer, RequestBody body, ErrorText errorText, SayLine say)
    {
        _handler = handler;
        _answer = answer;
        _body = body;
        _errorText = errorText;
        _say = say;
        _departure = ClientLeft;
    }

    /// <summary>Whether the application has said anything.</summary>
    public bool HasReceived { get; private set; }

    private Connection Connection { get; set; } = null!;

    /// <summary>Relays until the answer ends in one way or another. Then the connection is closed, unless the end is whole and it can carry another request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="place">Where it is served.</param>
    /// <param name="connection">To the application, nothing sent yet.</param>
    /// <param name="beginning">The parameters.</param>
    /// <param name="timeout">How long the application may take for anything; null for ever.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<ApplicationEnd> Run(
        Exchange exchange, Place place, Connection connection, ReadOnlyMemory<byte> beginning, DeadlineQueue? timeout)
    {
        Begin(exchange, place, connection, timeout);
        ValueTask sending = _body.Send(connection, beginning, timeout);
        ApplicationEnd end = ApplicationEnd.None;
        while (end == ApplicationEnd.None)
        {
            end = await TakeRecords();
            if (end != ApplicationEnd.None)
            {
                break;
            }

            if (_ofThisTurn >= MostPerTurn)
            {
                _ofThisTurn = 0;
                await _handler.Loop.NextTurn();
            }

            Fill fill = Receive();
            end = fill switch
            {
                Fill.More => _pipe is null ? ApplicationEnd.None : await SendPipe(_pipe),
                Fill.Again => await BeforeWait(),
                _ => await AtEnd(),
            };
            if (fill == Fill.Again && end == ApplicationEnd.None)
            {
                _isWaiting = true;
                Wake wake = await connection.Readable();
                _isWaiting = false;
                end = Woken(wake);
            }
        }

        if (end != ApplicationEnd.Whole || !sending.IsCompleted || !_body.IsSent)
        {
            // Whoever still sends wakes up by this.
            connection.Close();
            if (_body.WaitsForClient)
            {
                exchange.Body.Interrupt();
            }
        }

        await sending;
        return End(end);
    }

    private void Begin(Exchange exchange, Place place, Connection connection, DeadlineQueue? timeout)
    {
        _exchange = exchange;
        Connection = connection;
        _timeout = timeout;
        _records.Clear();
        _answer.Begin(exchange, place);
        (HasReceived, _isWatched, _hasClientLeft, _isHeadLate, _isSpliced) = (false, false, false, false, false);
        _ofThisTurn = 0;
        _maySplice = place.Scheme == UriScheme.Http;
        ArmTimeout();
    }

    private ApplicationEnd End(ApplicationEnd end)
    {
        _exchange.TellOfDeparture(watcher: null);
        _exchange = null!;
        return _hasClientLeft ? ApplicationEnd.ClientGone
            : _body.SpoolError != Errno.None && end != ApplicationEnd.Whole ? ApplicationEnd.Unkept
            : _body.Fault != BodyStatus.End && end != ApplicationEnd.Whole ? ApplicationEnd.BodyFault
            : end;
    }

    private void ClientLeft()
    {
        if (_exchange.HasClientLeft())
        {
            // What is being sent to the client may lie in the memory of this connection.
            _hasClientLeft = true;
            if (_isWaiting)
            {
                Connection.Close();
            }
        }
    }

    /// <summary>Deals with everything that was received.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> TakeRecords()
    {
        while (true)
        {
            RecordStatus status = _records.Read(Connection.Input, out int taken, out Range content);
            ApplicationEnd end = ApplicationEnd.None;
            switch (status)
            {
                case RecordStatus.Output:
                    end = await _answer.Take(Connection.InputMemory[content]);
                    break;
                case RecordStatus.Error:
                    _errorText.Add(Connection.Input[content], _say);
                    break;
                case RecordStatus.OutputEnd or RecordStatus.End:
                    end = _answer.HasHead ? await _answer.Finish() : ApplicationEnd.HeadCut;
                    break;
                case RecordStatus.Malformed:
                    return ApplicationEnd.Malformed;
                case RecordStatus.NeedMore:
                default:
                    break;
            }

            if (_hasClientLeft)
            {
                return ApplicationEnd.ClientGone;
            }

            Connection.Consume(taken);
            _ofThisTurn += taken;
            if (end != ApplicationEnd.None || status is RecordStatus.End or RecordStatus.NeedMore)
            {
                return end == ApplicationEnd.None && status == RecordStatus.End ? ApplicationEnd.Whole : end;
            }
        }
    }

    /// <summary>Receives; the body of a long record goes into a pipe, so that it is not copied, and what is before the next one is received alone.</summary>
    private Fill Receive()
    {
        Fill fill;
        int left = _records.OutputLeft;
        if (_maySplice && left >= LeastSpliced && _answer.Takes(left) && _handler.Pipes.Rent() is { } pipe)
        {
            fill = Connection.TrySplice(pipe, left);
            if (fill == Fill.More)
            {
                _pipe = pipe;
            }
            else
            {
                _handler.Pipes.Return(pipe);
            }

            _isSpliced = true;
        }
        else
        {
            _isSpliced &= !_records.IsWithinContent;
            fill = _isSpliced ? Connection.TryFill(_records.BytesToContent) : Connection.TryFill();
        }

        HasReceived |= fill == Fill.More;
        return fill;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> SendPipe(Pipe pipe)
    {
        _pipe = null;
        _ofThisTurn += pipe.Buffered;
        _records.Skip(pipe.Buffered);
        ApplicationEnd end = await _answer.Send(pipe);
        _handler.Pipes.Return(pipe);
        return _hasClientLeft ? ApplicationEnd.ClientGone : end;
    }

    /// <summary>Before the application is waited for: everything that it wrote is on its way to the client by then.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> BeforeWait()
    {
        if (_answer is { HasHead: true, IsStarted: false })
        {
            if (_body.IsSent && !_isHeadLate)
            {
                // Mostly the body follows at once: then both leave together, and an answer without one is known to be.
                Connection.ExpireIn(_handler.HeadPause);
                return ApplicationEnd.None;
            }

            if (await _answer.Start() != ApplicationEnd.None)
            {
                return ApplicationEnd.ClientGone;
            }
        }

        if (await _answer.Flush() != ApplicationEnd.None || IsClientGone())
        {
            return ApplicationEnd.ClientGone;
        }

        if (_answer.IsFinished)
        {
            Connection.ExpireIn(_handler.EndPause);
        }
        else
        {
            ArmTimeout();
        }

        return ApplicationEnd.None;
    }

    private ApplicationEnd Woken(Wake wake)
    {
        if (_hasClientLeft)
        {
            return ApplicationEnd.ClientGone;
        }

        if (wake != Wake.Expired)
        {
            return ApplicationEnd.None;
        }

        if (_answer is { HasHead: true, IsStarted: false } && !_isHeadLate)
        {
            _isHeadLate = true;
            return ApplicationEnd.None;
        }

        if (_answer.IsFinished)
        {
            // The client has everything; the application may do what it likes.
            Connection.Close();
            return ApplicationEnd.Whole;
        }

        // It cannot answer what it was not sent yet, and whoever is waited for has limits of its own.
        if (_body.WaitsForClient || _body.WaitsForDisk)
        {
            ArmTimeout();
            return ApplicationEnd.None;
        }

        return ApplicationEnd.TimedOut;
    }

    /// <summary>Nobody needs the answer of a client that is gone. Its departure is watched for once its request is whole.</summary>
    private bool IsClientGone()
    {
        if (!_isWatched && _body.IsSent)
        {
            _isWatched = true;
            return _exchange.TellOfDeparture(_departure) && _exchange.HasClientLeft();
        }

        return false;
    }

    /// <summary>The application closed the connection. Where all that it announced is here, that is an end too.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> AtEnd()
    {
        if (_hasClientLeft)
        {
            return ApplicationEnd.ClientGone;
        }

        Connection.Close();
        if (!_answer.HasHead)
        {
            return HasReceived ? ApplicationEnd.HeadCut : ApplicationEnd.Unanswered;
        }

        if (!_answer.IsSatisfied)
        {
            return ApplicationEnd.BodyCut;
        }

        ApplicationEnd end = await _answer.Finish();
        return end == ApplicationEnd.None ? ApplicationEnd.Whole : end;
    }

    private void ArmTimeout()
    {
        if (_timeout is not null)
        {
            Connection.ExpireIn(_timeout);
        }
        else
        {
            Connection.NeverExpire();
        }
    }
}
