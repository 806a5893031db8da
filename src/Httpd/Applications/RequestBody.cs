using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.FastCgi;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>The beginning of a request to an application and its body, sent while the answer may already come.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="spools">Where bodies of unknown length are kept.</param>
/// <param name="pipes">Carry long bodies.</param>
internal sealed class RequestBody(EventLoop loop, SpoolFiles spools, PipePool pipes)
{
    /// <summary>Below this, copying costs less than the calls.</summary>
    private const int LeastSpliced = 32 * 1024;

    /// <summary>A fast client must not keep the loop from everybody else.</summary>
    private const int MostPerTurn = 1024 * 1024;

    /// <summary>What a chunk costs beside its bytes, in bytes: many small ones make a turn too.</summary>
    private const int OfChunk = 256;

    private readonly BodySpool _spool = new(spools);
    private BodyReader _body = null!;
    private UriScheme _scheme;
    private int _ofThisTurn; // bytes

    /// <summary>What was wrong with the client's body; <see cref="BodyStatus.End"/> for nothing.</summary>
    public BodyStatus Fault { get; private set; }

    /// <summary>Why a body of unknown length could not be kept, or not be had back.</summary>
    public Errno SpoolError => _spool.Error;

    /// <summary>Whether the client is the one that is waited for.</summary>
    public bool WaitsForClient { get; private set; }

    /// <summary>Whether a disk is.</summary>
    public bool WaitsForDisk => _spool.WaitsForDisk;

    /// <summary>Whether the application has got everything.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Bytes of a body that was spooled.</summary>
    public long SpooledBytes => _spool.Length;

    /// <summary>Begins with a request.</summary>
    /// <param name="body">Of the request.</param>
    /// <param name="scheme">What is encrypted cannot go from socket to socket.</param>
    public void Begin(BodyReader body, UriScheme scheme)
    {
        _body = body;
        _scheme = scheme;
        Fault = BodyStatus.End;
        WaitsForClient = false;
        IsSent = false;
    }

    /// <summary>Gives back what was kept.</summary>
    public void End() => _spool.Clear();

    /// <summary>Takes a body of unknown length whole.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ApplicationEnd> Spool()
    {
        BodyStatus status;
        while ((status = await _body.Read()) == BodyStatus.Content)
        {
            int count = _body.Content.Length;
            _spool.Add(_body.Content);
            if (_spool.IsFull && !await _spool.Spill())
            {
                return ApplicationEnd.Unkept;
            }

            await GiveWay(count + OfChunk);
        }

        Fault = status;
        return status != BodyStatus.End ? ApplicationEnd.BodyFault
            : await _spool.End() ? ApplicationEnd.None
            : ApplicationEnd.Unkept;
    }

    /// <summary>Sends a request and its body.</summary>
    /// <param name="application">Where to; whoever closes it ends the sending.</param>
    /// <param name="beginning">Its parameters, to their end; they stay as they are until the sending is over.</param>
    /// <param name="timeout">How long the application may take nothing; null for ever.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Send(Connection application, ReadOnlyMemory<byte> beginning, DeadlineQueue? timeout)
    {
        IsSent = false;
        bool isSpooled = _body.Kind == BodyKind.Chunked;
        Wake wake = await Put(application, beginning);
        if (wake == Wake.Ready)
        {
            wake = isSpooled ? await _spool.Send(application, timeout) : await SendPieces(application, timeout);
        }

        if (wake == Wake.Ready)
        {
            wake = await PutEnd(application);
        }

        if (wake == Wake.Ready)
        {
            wake = await application.Flush();
        }

        IsSent = wake == Wake.Ready;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> SendPieces(Connection application, DeadlineQueue? timeout)
    {
        while (!_body.IsComplete)
        {
            if (_scheme == UriScheme.Http && _body.MaySplice(LeastSpliced) && pipes.Rent() is { } pipe)
            {
                Wake spliced = await SplicePieces(application, timeout, pipe);
                pipes.Return(pipe);
                if (spliced != Wake.Ready)
                {
                    return spliced;
                }

                continue;
            }

            BodyStatus status = await Next(application, _body.Read(), timeout);
            if (status != BodyStatus.Content)
            {
                return Stop(application, status);
            }

            int count = _body.Content.Length;
            Wake wake = await PutPiece(application, _body.ContentMemory);
            if (wake != Wake.Ready)
            {
                return wake;
            }

            await GiveWay(count);
        }

        return Wake.Ready;
    }

    /// <summary>From socket to socket, without a copy through this process.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> SplicePieces(Connection application, DeadlineQueue? timeout, Pipe pipe)
    {
        do
        {
            BodyStatus status = await Next(application, _body.Read(pipe, Record.MostContent), timeout);
            if (status != BodyStatus.Content)
            {
                return Stop(application, status);
            }

            Wake wake = application.Room < Record.HeaderBytes ? await application.Flush() : Wake.Ready;
            if (wake != Wake.Ready || application.IsClosed)
            {
                return Wake.Closed;
            }

            int count = pipe.Buffered;
            Record.WriteInputHeader(count, application.Output(Record.HeaderBytes));
            application.Commit(Record.HeaderBytes);
            wake = await application.Flush(pipe);
            if (wake != Wake.Ready)
            {
                return wake;
            }

            await GiveWay(count);
        }
        while (_body.MaySplice(1));
        return Wake.Ready;
    }

    /// <summary>Waits for a piece, after what is there is on its way; the application's time begins anew with it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<BodyStatus> Next(Connection application, ValueTask<BodyStatus> reading, DeadlineQueue? timeout)
    {
        if (!reading.IsCompleted)
        {
            WaitsForClient = true;
            if (await application.Flush() != Wake.Ready)
            {
                _body.Interrupt();
            }
        }

        BodyStatus status = await reading;
        WaitsForClient = false;
        if (status == BodyStatus.Content && timeout is not null)
        {
            application.ExpireIn(timeout);
        }

        return status;
    }

    /// <summary>Lets others have their turn, when so many bytes more make enough for this one.</summary>
    private ValueTask GiveWay(int bytes)
    {
        _ofThisTurn += bytes;
        if (_ofThisTurn < MostPerTurn)
        {
            return default;
        }

        _ofThisTurn = 0;
        return loop.NextTurn();
    }

    private Wake Stop(Connection application, BodyStatus status)
    {
        if (status is not (BodyStatus.End or BodyStatus.Interrupted))
        {
            // Half a body must not pass for a whole one: the application sees the connection end.
            Fault = status;
            application.Close();
        }

        return status == BodyStatus.End ? Wake.Ready : Wake.Closed;
    }

    /// <summary>A small piece leaves with what follows it, a large one at once.</summary>
    private static ValueTask<Wake> PutPiece(Connection application, ReadOnlyMemory<byte> content)
    {
        if (application.Room < Record.HeaderBytes)
        {
            return PutPieceLater(application, content);
        }

        Record.WriteInputHeader(content.Length, application.Output(Record.HeaderBytes));
        application.Commit(Record.HeaderBytes);
        return Put(application, content);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Wake> PutPieceLater(Connection application, ReadOnlyMemory<byte> content)
    {
        Wake wake = await application.Flush();
        return wake == Wake.Ready ? await PutPiece(application, content) : wake;
    }

    private static ValueTask<Wake> Put(Connection application, ReadOnlyMemory<byte> content)
    {
        if (application.IsClosed || content.Length > application.Room)
        {
            return application.Flush(content);
        }

        content.Span.CopyTo(application.Output(content.Length));
        application.Commit(content.Length);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Wake> PutEnd(Connection application)
    {
        Wake wake = application.Room < Record.HeaderBytes ? await application.Flush() : Wake.Ready;
        if (wake == Wake.Ready && !application.IsClosed)
        {
            Record.WriteInputHeader(0, application.Output(Record.HeaderBytes));
            application.Commit(Record.HeaderBytes);
        }

        return wake;
    }
}
