using System;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;

namespace Sluice.Relayd.Relaying;

/// <summary>The filter rules as a session of an http relay asks them, and what they made of it so far.</summary>
internal sealed class SessionFilter
{
    private readonly RuleSubject _subject = new();
    private ServedHttp _http = null!;

    /// <summary>From 1; 0 for none.</summary>
    public int TagId => _subject.TagId;

    /// <summary>Text of its label; empty for none.</summary>
    public ReadOnlySpan<byte> Label => _subject.Label;

    /// <summary>Definition of the table that was chosen for the last request; null for no choice.</summary>
    public string? Table => _subject.Table;

    /// <summary>What was hashed of the last request; null for nothing.</summary>
    public ulong? Hashed => _subject.Hashed;

    /// <summary>What rules log of the last message; valid until the next.</summary>
    public ReadOnlySpan<byte> Log => _http.Rules is { } rules ? rules.Log : default;

    /// <summary>Begins with a session.</summary>
    /// <param name="http">Has the rules.</param>
    /// <param name="client">Whom it serves.</param>
    /// <param name="local">The address that the client connected to; of no matter where there are no rules.</param>
    public void Begin(ServedHttp http, in SocketAddress client, in SocketAddress local)
    {
        _http = http;
        _subject.Begin(http.Facts, client, local);
    }

    /// <summary>The next request is of another client.</summary>
    public void ServeFor(in SocketAddress client) => _subject.Client = client;

    /// <summary>Goes on with the rules of the next configuration.</summary>
    public void Follow(ServedHttp next)
    {
        RelaydConfiguration former = _http.Configuration;
        _http = next;
        _subject.Relay = next.Facts;
        next.Rules?.Adopt(_subject, former);
    }

    /// <summary>Asks them about a message; what they change is in the exchange.</summary>
    /// <param name="direction">Which of both messages.</param>
    /// <param name="exchange">Has them.</param>
    /// <param name="host">Whom the session is connected to; none before that.</param>
    /// <returns>Why the message may not be sent on; nothing where it may.</returns>
    public Refusal Judge(Direction direction, HttpExchange exchange, in SocketAddress host)
    {
        if (_http.Rules is not { } rules)
        {
            return default;
        }

        _subject.Host = host;
        MessageHead head = direction == Direction.Request ? exchange.Request : exchange.Response;
        RuleVerdict verdict = rules.Evaluate(direction, head, exchange.Changes, _subject);
        if (_subject.MustClose)
        {
            exchange.CloseAfterwards();
        }

        return verdict switch
        {
            RuleVerdict.Pass => default,
            RuleVerdict.BadRequest => Refusal.BadRequest,
            _ => Refusal.Forbidden,
        };
    }
}
