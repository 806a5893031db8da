using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Logging;
using Sluice.Http.Messages;
using Sluice.Httpd.Applications;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Handlers.Listings;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Serving;
using Sluice.Httpd.Tls;

namespace Sluice.Httpd.Processes;

/// <summary>What the sessions of a server process share: configuration, caches, log, counters, and each other.</summary>
internal sealed class Worker
{
    private readonly ChildContext _context;
    private readonly Stack<ClientSession> _spare = new();
    private readonly LogTime _time = new(TimeZoneInfo.Local);
    private readonly Outbox _log;
    private readonly BlockNotices _notices;
    private readonly FileCache _files;
    private readonly byte[] _proxyText = new byte[SocketAddress.LongestText];
    private ClientSession? _newest;

    /// <summary>How many connections there have been.</summary>
    private long _connections;

    /// <summary>Makes the worker of a process, with the configuration it was started with.</summary>
    /// <param name="context">What the process was given.</param>
    /// <param name="log">Hands log lines to the logger.</param>
    /// <param name="notify">Hands notices to the notifier.</param>
    public Worker(ChildContext context, Func<LogBatch, Delivery> log, Func<LogBatch, Delivery> notify)
    {
        _context = context;
        _log = new Outbox(context.Loop, log);
        _notices = new BlockNotices(new Outbox(context.Loop, notify));
        Http = new HttpEnvironment(context.Loop, HttpLimits.Default) { Answered = Log };
        _files = new FileCache(context.Loop, new FileCacheLimits());
        Passwords = new PasswordChannel(context.Loop);
        ListingPage page = new(TimeZoneInfo.Local);
        ListingCache listings = new(context.Loop, page, new ListingLimits());
        Spools = new SpoolFiles(context.AskForSpool);
        FileHandler fileHandler = new(
            context.Loop,
            _files,
            new ErrorAnswers(_files, context.Log.Warning),
            context.Log.Warning,
            new RareWarning(context.Loop, context.Log).Say);
        Requests = new RequestHandler(
            fileHandler,
            new ApplicationHandler(context.Loop, fileHandler, _files, Spools, LogFailure),
            new ListingHandler(context.Loop, page, listings, context.Log.Warning),
            Passwords,
            _notices);
        Preface = new ProxyPreface(new RareWarning(context.Loop, context.Log).Say);
        Tls = new TlsService(context.Loop, context.Log, context.Preparation);
        TakeTicketKeys();
        Configuration = Read();
    }

    /// <summary>The loop of the process.</summary>
    public EventLoop Loop => _context.Loop;

    /// <summary>What the connections have in common.</summary>
    public HttpEnvironment Http { get; }

    /// <summary>Who answers requests.</summary>
    public RequestHandler Requests { get; }

    /// <summary>Where bodies are kept that have to be whole before they are sent on.</summary>
    public SpoolFiles Spools { get; }

    /// <summary>Reads PROXY headers.</summary>
    public ProxyPreface Preface { get; }

    /// <summary>Speaks TLS.</summary>
    public TlsService Tls { get; }

    /// <summary>Has passwords verified.</summary>
    public PasswordChannel Passwords { get; }

    /// <summary>The newest configuration.</summary>
    public ServedConfiguration Configuration { get; private set; }

    /// <summary>Whether the process is about to end.</summary>
    public WorkerPhase Phase { get; private set; }

    /// <summary>With <c>-vv</c> each connection has a line in the error log.</summary>
    public bool SaysMuch => _context.Log.SaysDebug;

    /// <summary>How many connections are open.</summary>
    public int Sessions { get; private set; }

    /// <summary>Takes a new configuration; sessions keep theirs until their next request, and at most 8 live (D-32).</summary>
    public void Reconfigure()
    {
        const uint MostGenerations = 8;
        _log.Flush();
        _notices.Flush();
        Configuration = Read();
        if (Configuration.Receivers.All.Count == 0)
        {
            // There is no notifier any more that could take them.
            _notices.Clear();
        }

        for (ClientSession? session = _newest; session is not null;)
        {
            ClientSession? older = session.Older;
            if (Configuration.Generation - session.Generation >= MostGenerations)
            {
                session.LeaveGeneration();
            }

            session = older;
        }
    }

    /// <summary>The parent made new keys for session tickets.</summary>
    public void TakeTicketKeys()
    {
        if (!_context.News.IsEmpty)
        {
            Tls.TakeTicketKeys(_context.News.Span);
        }
    }

    /// <summary>Serves a connection to its end.</summary>
    public ValueTask Serve(Connection connection, ServedSocket socket)
    {
        ClientSession session = _spare.TryPop(out ClientSession? spare) ? spare : new ClientSession(this);
        Link(session);
        _context.Statistics.Add(ServerCounters.Connections, 1);
        _context.Statistics.Write(ServerCounters.OpenConnections, Sessions);
        return session.Run(connection, socket);
    }

    /// <summary>The session ends with this call, whatever ended it.</summary>
    public void Ended(ClientSession session)
    {
        Unlink(session);
        if (session.IsOver)
        {
            session.Forget();
            _spare.Push(session);
        }

        _context.Statistics.Write(ServerCounters.OpenConnections, Sessions);
        if (Phase != WorkerPhase.Serving && Sessions == 0)
        {
            End();
        }
    }

    /// <summary>Lets each connection have one more answer, and then the process end.</summary>
    public void Leave()
    {
        Phase = WorkerPhase.Leaving;
        if (Sessions == 0)
        {
            End();
        }
    }

    /// <summary>Lets begun requests come to their end, and then the process.</summary>
    public void Stop()
    {
        Phase = WorkerPhase.Stopping;
        for (ClientSession? session = _newest; session is not null;)
        {
            ClientSession? older = session.Older;
            session.Stop();
            session = older;
        }

        if (Sessions == 0)
        {
            End();
        }
    }

    // Called when the head of an answer goes out (H-LOG-22).
    private void Log(Exchange exchange)
    {
        _context.Statistics.Add(ServerCounters.Requests, 1);
        _context.Statistics.Add(ServerCounters.OfStatus(exchange.Log.Status), 1);
        LogRequest(exchange, exchange.Log.Place as Place ?? Requests.Place);
    }

    /// <summary>Numbers a connection, for the log.</summary>
    public long NextConnection() => ++_connections;

    /// <summary>Logs a request in a style that has a line for each, where that is configured.</summary>
    /// <param name="exchange">Answered, or not to be answered.</param>
    /// <param name="place">Where it was answered from.</param>
    public void LogRequest(Exchange exchange, Place place)
    {
        LogSettings settings = place.Settings.Log;
        if (settings.IsOn && settings.Style != LogStyle.Connection)
        {
            WriteLine(exchange, place, settings.Style);
        }
    }

    /// <summary>Logs the end of a connection: in the style that does so, and with <c>-vv</c> in the error log (H-LOG-26).</summary>
    /// <param name="line">What was gathered.</param>
    /// <param name="place">Where its last request was answered from.</param>
    /// <param name="server">The configured name.</param>
    /// <param name="facts">The connection.</param>
    /// <param name="reason">Why it ended.</param>
    public void LogEnd(ConnectionLine line, Place place, ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> reason)
    {
        bool isAccess = place.LogsConnections;
        if ((isAccess || SaysMuch) && _log.TryBegin(place.Generation, line.Bound(server), out Span<byte> text))
        {
            PathListing listing = isAccess ? PathListing.Shown : PathListing.Left;
            _log.End(isAccess ? place.Log : place.ErrorLog, line.Write(server, facts, reason, text, listing));
        }
    }

    /// <summary>With <c>-vv</c>, says why a client and this server did not come to speak TLS (H-TLS-21).</summary>
    public void LogHandshake(Connection connection, TlsOutcome outcome)
    {
        if (SaysMuch)
        {
            string reason = outcome == TlsOutcome.Failed ? connection.TlsError.Describe() : outcome.ToString();
            _context.Log.Debug($"{connection.Peer}: no TLS: {reason}");
        }
    }

    /// <summary>Says in the error log that an answer did not come to its end.</summary>
    public void LogFailure(
        Place place, ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> target, ReadOnlySpan<byte> reason)
    {
        if (_log.TryBegin(place.Generation, ConnectionLine.BoundOfFailure(server, target, reason), out Span<byte> text))
        {
            _log.End(place.ErrorLog, ConnectionLine.WriteFailure(server, facts, target, reason, text));
        }
    }

    /// <summary>Says in the error log what went wrong with a request that is being served.</summary>
    private void LogFailure(Exchange exchange, Place place, ReadOnlySpan<byte> reason)
    {
        ConnectionFacts facts = new(exchange.Log.Connection, Sessions, exchange.Peer.Client, exchange.Local);
        LogFailure(place, exchange.Log.Server.Span, facts, exchange.Head.Target, reason);
    }

    private void WriteLine(Exchange exchange, Place place, LogStyle style)
    {
        AccessRecord record = exchange.Log;
        RequestHead head = exchange.Head;
        Http.Messages.Peer peer = exchange.Peer;
        ReadOnlySpan<byte> target = head.Target;
        int question = target.IndexOf((byte)'?');
        Span<byte> client = stackalloc byte[SocketAddress.LongestText];
        AccessEntry entry = new()
        {
            Host = record.Server.Span,
            Client = client[..peer.Client.WriteHost(client)],
            Proxy = ProxyOf(style, peer),
            User = UserOf(style, record, exchange.Peer),
            Time = style == LogStyle.Json ? _time.InternetText(Loop.Utc) : _time.Text(Loop.Utc),
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
        if (_log.TryBegin(place.Generation, AccessLine.Bound(style, entry), out Span<byte> line))
        {
            _log.End(place.Log, AccessLine.Write(style, entry, line));
        }
    }

    private ReadOnlySpan<byte> ProxyOf(LogStyle style, in Http.Messages.Peer peer) => style == LogStyle.Json && peer.Source != ClientSource.Socket
        ? _proxyText.AsSpan(0, peer.Transport.WriteHost(_proxyText))
        : default;

    // H-TLS-14.
    private static ReadOnlySpan<byte> UserOf(LogStyle style, AccessRecord record, in Http.Messages.Peer peer) =>
        record.User.IsEmpty && style != LogStyle.Common && peer.Tls is { } tls ? tls.ClientSubject.Span : record.User.Span;

    private ServedConfiguration Read()
    {
        HttpdConfiguration configuration = ConfigurationWire.Read(_context.Payload)
            ?? throw new InvalidOperationException("the parent sent a slice that it did not write");
        ServedConfiguration served = new(this, _context.Generation, configuration);
        _files.KeepSecret(served.Passwords.All);
        return served;
    }

    private void End()
    {
        _log.Flush();
        _notices.Flush();
        _context.End();
    }

    private void Link(ClientSession session)
    {
        session.Older = _newest;
        session.Newer = null;
        _newest?.Newer = session;
        _newest = session;
        Sessions++;
    }

    private void Unlink(ClientSession session)
    {
        if (session.Newer is null)
        {
            _newest = session.Older;
        }
        else
        {
            session.Newer.Older = session.Older;
        }

        session.Older?.Newer = session.Newer;
        session.Older = null;
        session.Newer = null;
        Sessions--;
    }
}
