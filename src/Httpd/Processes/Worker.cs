using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http;
using Sluice.Http.Messages;
using Sluice.Httpd.Applications;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Handlers.Listings;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Processes;

/// <summary>What the sessions of a server process share: configuration, caches, log, counters, and each other.</summary>
internal sealed class Worker
{
    private readonly ChildContext _context;
    private readonly Stack<ClientSession> _spare = new();
    private readonly BlockNotices _notices;
    private readonly FileCache _files;
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
        Log = new RequestLog(context.Loop, new Outbox(context.Loop, log), context.Log.SaysDebug ? LogDetail.Connections : LogDetail.Failures);
        _notices = new BlockNotices(new Outbox(context.Loop, notify));
        Http = new HttpEnvironment(context.Loop, HttpLimits.Default) { Answered = Answered };
        _files = new FileCache(context.Loop, new FileCacheLimits());
        Passwords = new PasswordChannel(context.Loop);
        ListingPage page = new(TimeZoneInfo.Local);
        ListingCache listings = new(context.Loop, page, new ListingLimits());
#pragma warning disable CA2000 // It lives as long as the process.
        Spools = new SpoolFiles(context.Loop, new WorkThread(context.Loop, WorkPriority.Equal), context.AskForSpool);
#pragma warning restore CA2000
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
        LongestHandshake = context.Loop.Timeouts(ConnectionLimits.Default.RequestTimeout);
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

    /// <summary>For servers that set no bound of their own.</summary>
    public DeadlineQueue LongestHandshake { get; }

    /// <summary>Has passwords verified.</summary>
    public PasswordChannel Passwords { get; }

    /// <summary>The newest configuration.</summary>
    public ServedConfiguration Configuration { get; private set; }

    /// <summary>Whether the process is about to end.</summary>
    public WorkerPhase Phase { get; private set; }

    /// <summary>Says what became of requests and connections.</summary>
    public RequestLog Log { get; }

    /// <summary>How many connections are open.</summary>
    public int Sessions { get; private set; }

    /// <summary>Takes a new configuration; sessions keep theirs until their next request, and at most 8 live (D-32).</summary>
    public void Reconfigure()
    {
        const uint MostGenerations = 8;
        Log.Flush();
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

    /// <summary>Certificates were replaced, and nothing else (D-46).</summary>
    public void Renew() => Configuration.ShowCertificates(ReadSlice());

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

    /// <summary>Numbers a connection, for the log.</summary>
    public long NextConnection() => ++_connections;

    /// <summary>With <c>-vv</c>, says why a client and this server did not come to speak TLS (H-TLS-21).</summary>
    public void LogHandshake(Connection connection, TlsOutcome outcome)
    {
        if (_context.Log.SaysDebug)
        {
            string reason = outcome == TlsOutcome.Failed ? connection.TlsError.Describe() : outcome.ToString();
            _context.Log.Debug($"{connection.Peer}: no TLS: {reason}");
        }
    }

    // Called when the head of an answer goes out (H-LOG-22).
    private void Answered(Exchange exchange)
    {
        _context.Statistics.Add(ServerCounters.Requests, 1);
        _context.Statistics.Add(ServerCounters.OfStatus(exchange.Log.Status), 1);
        Log.Say(exchange, exchange.Log.Place as Place ?? Requests.Place);
    }

    /// <summary>Says in the error log what went wrong with a request that is being served.</summary>
    private void LogFailure(Exchange exchange, Place place, ReadOnlySpan<byte> reason)
    {
        ConnectionFacts facts = new(exchange.Log.Connection, Sessions, exchange.Peer.Client, exchange.Local);
        Log.SayFailure(place, exchange.Log.Server.Span, facts, exchange.Head.Target, reason);
    }

    private ServedConfiguration Read()
    {
        ServedConfiguration served = new(this, _context.Generation, ReadSlice());
        _files.KeepSecret(served.Passwords.All);
        return served;
    }

    private HttpdConfiguration ReadSlice() => ConfigurationWire.Read(_context.Payload)
        ?? throw new InvalidOperationException("the parent sent a slice that it did not write");

    private void End()
    {
        Log.Flush();
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
