using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health.Answers;

namespace Sluice.Relayd.Health.Checks;

/// <summary>What a check says over a connection and wants to hear, made once for a table.</summary>
/// <param name="transport">What is spoken.</param>
/// <param name="request">What is sent; empty for nothing.</param>
/// <param name="makeReader">Makes who judges the answer; null where there is to be none.</param>
internal sealed class ExchangePlan(CheckTransport transport, ReadOnlyMemory<byte> request, Func<AnswerReader>? makeReader)
{
    private readonly Stack<AnswerReader> _spare = new();

    public CheckTransport Transport => transport;

    public ReadOnlyMemory<byte> Request => request;

    /// <summary>Whether an answer is waited for.</summary>
    public bool HasAnswer => makeReader is not null;

    /// <summary>The plan of a check; null for one that makes no connection.</summary>
    public static ExchangePlan? Of(Check? check) => check switch
    {
        ConnectCheck connect => new ExchangePlan(connect.Transport, default, makeReader: null),
        HttpCheck http => new ExchangePlan(http.Transport, RequestOf(http), () => Reader(http.Answer)),
        ExchangeCheck exchange => new ExchangePlan(exchange.Transport, exchange.Send.AsSpan().ToArray(), () => Reader(exchange)),
        _ => null,
    };

    /// <summary>One to judge with, at the beginning of an answer. To be returned.</summary>
    public AnswerReader Rent()
    {
        AnswerReader reader = _spare.TryPop(out AnswerReader? spare) ? spare : makeReader!();
        reader.Begin();
        return reader;
    }

    /// <summary>It is used no more.</summary>
    public void Return(AnswerReader reader) => _spare.Push(reader);

    // R-CHECK-13 and -15.
    private static byte[] RequestOf(HttpCheck check)
    {
        string method = check.Answer is StatusAnswer ? "HEAD" : "GET";
        return Bytes.Of(check.Host is null
            ? $"{method} {check.Path} HTTP/1.0\r\nUser-Agent: OpenBSD relayd\r\n\r\n"
            : $"{method} {check.Path} HTTP/1.1\r\nUser-Agent: OpenBSD relayd\r\nHost: {check.Host}\r\nConnection: close\r\n\r\n");
    }

    private static AnswerReader Reader(HttpCheckAnswer answer) => answer switch
    {
        StatusAnswer status => new StatusReader(status.Code),
        ContentAnswer content => new DigestReader(content.Digest),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    private static AnswerReader Reader(ExchangeCheck check) => check.Kind == ExpectKind.Glob
        ? new GlobReader(check.Expect.AsSpan())
        : new PrefixReader(check.Expect.AsSpan().ToArray());
}
