using System;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Http.Codec;
using Sluice.Http.Logging;
using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Logging;

/// <summary>What a server says of requests and connections, in the access and error logs of the place that answered.</summary>
/// <param name="loop">Of this process, for the time.</param>
/// <param name="outbox">Hands lines to the logger.</param>
/// <param name="detail">Whether each connection has a line in the error log.</param>
internal sealed class RequestLog(EventLoop loop, Outbox outbox, LogDetail detail)
{
    private readonly LogTime _time = new(TimeZoneInfo.Local);
    private readonly byte[] _proxyText = new byte[SocketAddress.LongestText];

    /// <summary>Whether a connection to this place has a line of its own when it ends, in whichever log.</summary>
    public bool TellsOfConnections(Place place) => place.LogsConnections || detail == LogDetail.Connections;

    /// <summary>Says a request in a style that has a line for each, where that is configured.</summary>
    /// <param name="exchange">Answered, or not to be answered.</param>
    /// <param name="place">Where it was answered from.</param>
    public void Say(Exchange exchange, Place place)
    {
        LogSettings settings = place.Settings.Log;
        if (settings.IsOn && settings.Style != LogStyle.Connection)
        {
            Write(exchange, place, settings.Style);
        }
    }

    /// <summary>Says the end of a connection: in the style that does so, and with <c>-vv</c> in the error log (H-LOG-26).</summary>
    /// <param name="line">What was gathered.</param>
    /// <param name="place">Where its last request was answered from.</param>
    /// <param name="server">The configured name.</param>
    /// <param name="facts">The connection.</param>
    /// <param name="reason">Why it ended.</param>
    public void SayEnd(ConnectionLine line, Place place, ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> reason)
    {
        bool isAccess = place.LogsConnections;
        if (TellsOfConnections(place) && outbox.TryBegin(place.Generation, line.Bound(server), out Span<byte> text))
        {
            PathListing listing = isAccess ? PathListing.Shown : PathListing.Left;
            outbox.End(isAccess ? place.Log : place.ErrorLog, line.Write(server, facts, reason, text, listing));
        }
    }

    /// <summary>Says in the error log what went wrong with a request.</summary>
    /// <param name="place">Where it is answered from.</param>
    /// <param name="server">The configured name.</param>
    /// <param name="facts">The connection.</param>
    /// <param name="target">What was asked for.</param>
    /// <param name="reason">What went wrong.</param>
    public void SayFailure(
        Place place, ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> target, ReadOnlySpan<byte> reason)
    {
        if (outbox.TryBegin(place.Generation, ConnectionLine.BoundOfFailure(server, target, reason), out Span<byte> text))
        {
            outbox.End(place.ErrorLog, ConnectionLine.WriteFailure(server, facts, target, reason, text));
        }
    }

    /// <summary>Hands on what was said: it belongs to a configuration that is about to go, or the process is.</summary>
    public void Flush() => outbox.Flush();

    private void Write(Exchange exchange, Place place, LogStyle style)
    {
        AccessRecord record = exchange.Log;
        RequestHead head = exchange.Head;
        Peer peer = exchange.Peer;
        ReadOnlySpan<byte> target = head.Target;
        int question = target.IndexOf((byte)'?');
        Span<byte> client = stackalloc byte[SocketAddress.LongestText];
        AccessEntry entry = new()
        {
            Host = record.Server.Span,
            Client = client[..peer.Client.WriteHost(client)],
            Proxy = ProxyOf(style, peer),
            User = UserOf(style, record, peer),
            Time = style == LogStyle.Json ? _time.InternetText(loop.Utc) : _time.Text(loop.Utc),
            Method = head.MethodText,
            Path = !record.Path.IsEmpty ? record.Path.Span : question < 0 ? target : target[..question],
            Query = question < 0 ? default : target[(question + 1)..],
            HasQuery = question >= 0,
            Version = head.VersionText,
            Status = record.Status,
            Bytes = record.Bytes,
            Referer = head.Value(KnownField.Referer),
            UserAgent = head.Value(KnownField.UserAgent),
            ForwardedFor = head.Value(KnownField.ForwardedFor),
            ForwardedPort = head.Value(KnownField.ForwardedPort),
        };
        if (outbox.TryBegin(place.Generation, AccessLine.Bound(style, entry), out Span<byte> line))
        {
            outbox.End(place.Log, AccessLine.Write(style, entry, line));
        }
    }

    private ReadOnlySpan<byte> ProxyOf(LogStyle style, in Peer peer) => style == LogStyle.Json && peer.Source != ClientSource.Socket
        ? _proxyText.AsSpan(0, peer.Transport.WriteHost(_proxyText))
        : default;

    // H-TLS-14.
    private static ReadOnlySpan<byte> UserOf(LogStyle style, AccessRecord record, in Peer peer) =>
        record.User.IsEmpty && style != LogStyle.Common && peer.Tls is { } tls ? tls.ClientSubject.Span : record.User.Span;
}

/// <summary>How much the error log says of what went well.</summary>
internal enum LogDetail
{
    /// <summary>Nothing.</summary>
    Failures,

    /// <summary>A line for each connection, with <c>-vv</c>.</summary>
    Connections,
}
