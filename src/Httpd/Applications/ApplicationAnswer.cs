using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.FastCgi;
using Sluice.Http.Messages;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>From what an application writes to the answer of an exchange: its head is read and sent on, its body follows as it comes.</summary>
/// <param name="pages">Answers in place of the application where it is asked to.</param>
internal sealed class ApplicationAnswer(FileHandler pages)
{
    private readonly ApplicationHead _head = new();
    private Exchange _exchange = null!;
    private Place _place = null!;
    private byte[]? _gathered; // the beginning of a head that came in parts
    private int _gatheredLength;
    private int _searched;
    private long _received; // bytes of the body
    private bool _isReplaced;

    /// <summary>Whether the head is whole.</summary>
    public bool HasHead { get; private set; }

    /// <summary>Whether an answer was begun.</summary>
    public bool IsStarted => _exchange.Response.HasStarted;

    /// <summary>Whether it was ended.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>What is wrong with the head.</summary>
    public ApplicationFault Fault { get; private set; }

    /// <summary>What became of sending it on.</summary>
    public Outcome Outcome { get; private set; }

    /// <summary>Whether nothing more has to come for it to be whole.</summary>
    public bool IsSatisfied => HasHead && (IsFinished || !HasBody || _isReplaced || _received >= (_head.Length ?? long.MaxValue));

    /// <summary>Whether more came than was announced; the client did not get it.</summary>
    public bool HasExcess => HasHead && HasBody && !_isReplaced && _received > (_head.Length ?? long.MaxValue);

    private bool HasBody => _exchange.Head.Method != Method.Head && StatusCode.HasBody(_head.Status);

    /// <summary>Begins with a request.</summary>
    public void Begin(Exchange exchange, Place place)
    {
        _exchange = exchange;
        _place = place;
        _gatheredLength = 0;
        _searched = 0;
        _received = 0;
        _isReplaced = false;
        HasHead = false;
        IsFinished = false;
        Fault = ApplicationFault.None;
        Outcome = Outcome.Sent;
    }

    /// <summary>Gives back what was gathered.</summary>
    public void End()
    {
        if (_gathered is not null)
        {
            ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = null;
        }
    }

    /// <summary>Takes what the application wrote next; it stays as it is until the result is there.</summary>
    /// <returns><see cref="ApplicationEnd.None"/>: go on.</returns>
    public ValueTask<ApplicationEnd> Take(ReadOnlyMemory<byte> content)
    {
        if (!HasHead)
        {
            int? body = TakeHead(content.Span);
            if (Fault != ApplicationFault.None)
            {
                return new ValueTask<ApplicationEnd>(ApplicationEnd.HeadFault);
            }

            if (body is not { } at)
            {
                return default;
            }

            content = content[at..];
        }

        _received += content.Length;
        return content.IsEmpty || _isReplaced ? default : Send(content);
    }

    /// <summary>Whether the client gets so many bytes more, each of them.</summary>
    public bool Takes(int count) => IsStarted && !IsFinished && !_isReplaced && _exchange.Response.Takes(count);

    /// <summary>Sends a part of the body that is in a pipe.</summary>
    public ValueTask<ApplicationEnd> Send(Pipe pipe)
    {
        _received += pipe.Buffered;
        return After(_exchange.Response.Write(pipe));
    }

    /// <summary>Sends the head, where it did not go out with the beginning of the body.</summary>
    public ValueTask<ApplicationEnd> Start() => After(StartAnswer(_head.Length));

    /// <summary>Ends the answer: nothing more comes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ApplicationEnd> Finish()
    {
        if (IsFinished)
        {
            return ApplicationEnd.None;
        }

        IsFinished = true;
        if (!IsStarted)
        {
            // A body that is empty has a length, although the application did not say so (H-FCGI-42).
            Outcome = await StartAnswer(_head.Length ?? (HasBody ? 0 : null));
        }

        if (Outcome == Outcome.Sent && !_isReplaced)
        {
            Outcome = await _exchange.Response.Finish();
        }

        return Outcome == Outcome.Sent ? ApplicationEnd.None
            : Outcome == Outcome.Truncated ? ApplicationEnd.BodyCut
            : ApplicationEnd.ClientGone;
    }

    /// <summary>Sends what is in the output, before something is waited for.</summary>
    public ValueTask<ApplicationEnd> Flush() => IsStarted ? After(_exchange.Response.Flush()) : default;

    // Where the body begins in the content; null where the head is not whole.
    private int? TakeHead(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> received = _gatheredLength == 0 ? content : Gather(content);
        if (received.IsEmpty)
        {
            return null;
        }

        if (ApplicationHead.FindEnd(received, ref _searched) is not { } end)
        {
            if (_gatheredLength == 0)
            {
                Gather(content);
            }

            return null;
        }

        int before = received.Length - content.Length;
        HasHead = true;
        Fault = _head.Read(received[..end], _exchange.Response.Fields);
        return end - before;
    }

    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> content)
    {
        if (_gatheredLength + content.Length > ApplicationHead.MostBytes)
        {
            Fault = ApplicationFault.TooLong;
            return default;
        }

        _gathered ??= ArrayPool<byte>.Shared.Rent(ApplicationHead.MostBytes);
        content.CopyTo(_gathered.AsSpan(_gatheredLength));
        _gatheredLength += content.Length;
        return _gathered.AsSpan(0, _gatheredLength);
    }

    private ValueTask<ApplicationEnd> Send(ReadOnlyMemory<byte> content)
    {
        if (IsStarted)
        {
            return After(_exchange.Response.Put(content));
        }

        ValueTask<Outcome> starting = StartAnswer(_head.Length);
        if (!starting.IsCompletedSuccessfully)
        {
            return SendLater(starting, content);
        }

        Outcome outcome = starting.Result;
        return outcome == Outcome.Sent && !_isReplaced
            ? After(_exchange.Response.Put(content))
            : new ValueTask<ApplicationEnd>(EndOf(outcome));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> SendLater(ValueTask<Outcome> starting, ReadOnlyMemory<byte> content)
    {
        Outcome outcome = await starting;
        return outcome == Outcome.Sent && !_isReplaced ? await After(_exchange.Response.Put(content)) : EndOf(outcome);
    }

    private ValueTask<Outcome> StartAnswer(long? length)
    {
        ResponseFields fields = _exchange.Response.Fields;
        if (_place.Application!.InterceptsErrors && _head.Status >= StatusCode.BadRequest)
        {
            _isReplaced = true;
            return pages.SendInstead(_exchange, _place, _head.Status);
        }

        if (_head.Status == StatusCode.ResetContent)
        {
            fields.Add("Content-Length"u8, 0);
        }

        _place.AddFields(fields, HeaderRules.KindOf(_head.Status));
        return _exchange.Response.Start(_head.Status, length);
    }

    private ValueTask<ApplicationEnd> After(ValueTask<Outcome> sending) => !sending.IsCompletedSuccessfully ? AfterWait(sending)
        : sending.Result == Outcome.Sent ? default
        : new ValueTask<ApplicationEnd>(EndOf(sending.Result));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ApplicationEnd> AfterWait(ValueTask<Outcome> sending) => EndOf(await sending);

    private ApplicationEnd EndOf(Outcome outcome)
    {
        Outcome = outcome;
        return outcome == Outcome.Sent ? ApplicationEnd.None : ApplicationEnd.ClientGone;
    }
}
