using System;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Logging;
using Sluice.Http.Messages;

namespace Sluice.Relayd.Relaying;

/// <summary>The access log of relays, <c>log style</c> and <c>log json</c>: a line for each request. Allocates only to grow.</summary>
/// <param name="loop">For the time.</param>
/// <param name="mostBytes">Of a line; where it would be longer, what the client sent is cut.</param>
/// <param name="say">Takes a line, without its end.</param>
internal sealed class RequestLog(EventLoop loop, int mostBytes, Action<ReadOnlySpan<byte>> say)
{
    // Of each text, the first by which the line is short enough; so many of the last fit whatever they are.
    private static readonly int[] _cuts = [int.MaxValue, 1024, 256, 16];

    // Of a request whose client did not wait (httpd.conf(5)).
    private const int ClientGone = 499;

    private readonly LogTime _time = new(TimeZoneInfo.Local);
    private byte[] _line = new byte[1024];

    /// <summary>Says what is under way, or was until now, where the relay's requests are logged; once.</summary>
    /// <param name="request">Its head as far as it came, and its record, which is cleared.</param>
    /// <param name="session">Whose request.</param>
    /// <param name="client">The session's.</param>
    public void Say(HttpExchange request, HttpSession session, Connection client)
    {
        RequestRecord record = request.Record;
        if (session.Relay.Http!.RequestLines is not { } style || !record.HasBegun)
        {
            return;
        }

        if (!record.IsRead && session.Refusal.Status == 0)
        {
            request.Request.KeepPart(client.Input);
        }

        int status = record.Status > 0 ? record.Status : UnansweredStatus(session);
        int length = mostBytes + 1;
        for (int attempt = 0; length > mostBytes && attempt < _cuts.Length; attempt++)
        {
            length = Write(request, session, client.Peer, style, status, _cuts[attempt]) - "\n"u8.Length;
        }

        say(_line.AsSpan(0, length));
        record.Clear();
    }

    // Where there is no page, as httpd.conf(5) has them.
    private static int UnansweredStatus(HttpSession session) => session.Refusal.Status > 0 ? session.Refusal.Status : session.Outcome switch
    {
        SessionEnd.Idle => StatusCode.RequestTimeout,
        SessionEnd.Closed or SessionEnd.HostDown => 0,
        _ => ClientGone,
    };

    private int Write(HttpExchange request, HttpSession session, in SocketAddress peer, LogStyle style, int status, int cut)
    {
        RequestRecord record = request.Record;
        RequestHead head = request.Request;
        Span<byte> client = stackalloc byte[SocketAddress.LongestText];
        Span<byte> proxy = stackalloc byte[SocketAddress.LongestText];
        Span<byte> target = stackalloc byte[SocketAddress.LongestText];
        ReadOnlySpan<byte> path = head.Path.IsEmpty ? head.Target : head.Path;
        AccessEntry entry = new()
        {
            Host = session.Relay.Http!.Name,
            Client = client[..session.Client.WriteHost(client)],
            Proxy = style == LogStyle.Json && session.Client.WithPort(0) != peer.WithPort(0) ? proxy[..peer.WriteHost(proxy)] : default,
            Time = style == LogStyle.Json ? _time.InternetText(loop.Utc) : _time.Text(loop.Utc),
            Method = Cut(head.MethodText, cut),
            Path = Cut(path, cut),
            IsPathAsSent = true,
            HasQuery = head.HasQuery,
            Query = Cut(head.Query, cut),
            Version = Cut(head.VersionText, cut),
            Status = status,
            Bytes = record.Status > 0 ? session.Sent : 0,
            Referer = Cut(head.Value(KnownField.Referer), cut),
            UserAgent = Cut(head.Value(KnownField.UserAgent), cut),
            ForwardedFor = Cut(head.Value(KnownField.ForwardedFor), cut),
            ForwardedPort = Cut(head.Value(KnownField.ForwardedPort), cut),
            Target = record.IsSent ? target[..session.Target.Write(target)] : default,
            RequestId = Cut(record.Id, cut),
            Times = record.TimesAt(loop.Now),
        };
        int bound = AccessLine.Bound(style, entry);
        if (_line.Length < bound)
        {
            _line = new byte[bound];
        }

        return AccessLine.Write(style, entry, _line);
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int most) => text[..int.Min(text.Length, most)];
}
