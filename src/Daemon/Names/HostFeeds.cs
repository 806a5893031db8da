using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;

namespace Sluice.Daemon.Names;

/// <summary>
/// The resolver while a configuration is in use: looks again and again at the sources that tables take hosts from, and tells the parent what is new. A source that fails takes
/// nothing away: its table keeps the hosts that it has (D-58).
/// </summary>
public sealed class HostFeeds
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly ChildContext _context;
    private readonly Lookups _lookups;
    private readonly Queue<Feed> _news = [];
    private Dictionary<HostSource, Feed> _feeds = [];
    private bool _isTelling;

    private HostFeeds(ChildContext context)
    {
        _context = context;
        _lookups = new Lookups(context.Loop);
    }

    /// <summary>Touches what the process will need of files and libraries.</summary>
    public static void WarmUp() => _ = HostNames.Ask("localhost");

    /// <summary>Puts the process to work; its payload is what <see cref="HostMessages.Write(IEnumerable{HostSource})"/> made.</summary>
    public static void Run(ChildContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        HostFeeds feeds = new(context);
        feeds.TakeConfiguration();
        context.Reconfigured = feeds.TakeConfiguration;
        context.Steered = feeds.Told;
        context.Loop.SpawnLasting(feeds.Tick);
    }

    private void TakeConfiguration()
    {
        IReadOnlyList<HostSource> sources = HostMessages.ReadSources(_context.Payload.Span)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        Dictionary<HostSource, Feed> before = _feeds;
        _feeds = sources.Distinct().ToDictionary(static source => source, source => before.GetValueOrDefault(source) ?? new Feed(HostFinder.Of(source)));
        foreach (Feed feed in _feeds.Values)
        {
            // The parent has asked by itself as it read the configuration, and may have heard something else.
            feed.Told = null;
        }
    }

    private async ValueTask Tick()
    {
        while (true)
        {
            foreach (Feed feed in _feeds.Values.Where(feed => !feed.IsLooking && feed.Due <= _context.Loop.Now).ToArray())
            {
                feed.IsLooking = true;
                _lookups.Begin(feed.Finder, answer => Take(feed, answer));
            }

            await _context.Loop.Sleep(_tick);
        }
    }

    private void Take(Feed feed, HostAnswer? answer)
    {
        feed.IsLooking = false;
        feed.Answer = answer ?? feed.Answer;

        // A tick earlier: what is looked at a tick later is too late.
        TimeSpan lifetime = feed.Answer!.Lifetime - _tick;
        feed.Due = _context.Loop.Now + (lifetime > _tick ? lifetime : _tick);
        if (_feeds.GetValueOrDefault(feed.Finder.Source) != feed)
        {
            return;
        }

        SayFailure(feed);
        if (feed.Answer.Failure.Length == 0 && !(feed.Told is { } told && told.SequenceEqual(feed.Answer.Hosts)))
        {
            feed.Told = feed.Answer.Hosts;
            _news.Enqueue(feed);
            TellNext();
        }
    }

    // Once, until it is another or there is none.
    private void SayFailure(Feed feed)
    {
        string failure = feed.Answer!.Failure;
        if (string.Equals(failure, feed.Failure, StringComparison.Ordinal))
        {
            return;
        }

        feed.Failure = failure;
        if (failure.Length > 0)
        {
            _context.Log.Warning($"{failure}; tables keep the hosts that they have");
        }
        else
        {
            _context.Log.Info($"{feed.Finder.Source.Text} has {feed.Answer.Hosts.Count} hosts again");
        }
    }

    // One after the other: each may be a new configuration for all processes.
    private void TellNext()
    {
        if (!_isTelling && _news.TryDequeue(out Feed? feed))
        {
            _isTelling = true;
            _ = _context.Steer(SteeringKind.Feed, HostMessages.Write(feed.Answer!));
        }
    }

    // The parent says itself what is wrong, and what it made of it.
    private void Told(SteeringResult result)
    {
        _isTelling = false;
        TellNext();
    }

    private sealed class Feed(HostFinder finder)
    {
        public HostFinder Finder => finder;

        public HostAnswer? Answer { get; set; }

        /// <summary>The hosts that the parent heard of last; null where it may have others.</summary>
        public IReadOnlyList<FoundHost>? Told { get; set; }

        /// <summary>The failure that was said last.</summary>
        public string Failure { get; set; } = "";

        public TimeSpan Due { get; set; }

        public bool IsLooking { get; set; }
    }
}
