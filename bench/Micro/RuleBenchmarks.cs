using System;
using System.Linq;

using BenchmarkDotNet.Attributes;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Micro;

/// <summary>What rules cost a request: of 100,000 keys as of 10, of 200 rules hardly more than of one. 0 B each.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private const string Head =
        "GET /docs/a/page.html?x=1 HTTP/1.1\r\nHost: www.example.com\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
        + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCookie: a=b; session=0123456789abcdef\r\n"
        + "Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\nPriority: u=0, i\r\n\r\n";

    private static readonly UrlDigests _digests = new();

    private readonly RequestHead _head = new();
    private readonly HeadChanges _changes = new();
    private readonly RuleSubject _subject = new();
    private readonly RuleSet _noRule;
    private readonly RuleSet _oneRule;
    private readonly RuleSet _globs;
    private readonly RuleSet _paths;
    private readonly RuleSet _fields;
    private readonly RuleSet _fewUrls;
    private readonly RuleSet _manyUrls;
    private readonly RuleSet _headerRules;

    public RuleBenchmarks()
    {
        _ = RequestParser.Parse(Bytes.Of(Head), _head, HeadLimits.Relayd);
        _subject.Begin(new RelayFacts(SocketAddress.FromIp([192, 0, 2, 1], port: 80), TimeoutSeconds: 600, new SipHash(new byte[SipHash.KeyLength])), SocketAddress.FromIp([198, 51, 100, 7], port: 51000), default);
        _noRule = Rules(1, _ => Rule(RuleAction.Pass));
        _oneRule = Rules(1, number => Block(EntityKind.Path, ComparandKind.Glob, $"/{number}/*"));
        _globs = Rules(200, number => Block(EntityKind.Path, ComparandKind.Glob, $"/{number}/*"));
        _paths = Rules(200, number => Block(EntityKind.Path, ComparandKind.Exact, $"/{number}/"));
        _fields = Rules(200, number => Rule(RuleAction.Block, new Entity(EntityKind.Header, EntityAction.Match, Exact("User-Agent"), new Comparand(ComparandKind.Glob, $"*bot{number}*"))));
        _fewUrls = Urls(10);
        _manyUrls = Urls(100_000);
        _headerRules = Rules(3, static number => Rule(RuleAction.Match, new Entity(EntityKind.Header, EntityAction.Set, Exact($"X-Header-{number}"), new Comparand(ComparandKind.Template, "$REMOTE_ADDR:$REMOTE_PORT"))));
    }

    [Benchmark]
    public int One() => Ask(_noRule);

    [Benchmark]
    public int OneGlob() => Ask(_oneRule);

    [Benchmark]
    public int GlobsOfPaths200() => Ask(_globs);

    [Benchmark]
    public int Paths200() => Ask(_paths);

    [Benchmark]
    public int GlobsOfValues200() => Ask(_fields);

    [Benchmark]
    public int Urls10() => Ask(_fewUrls);

    [Benchmark]
    public int Urls100000() => Ask(_manyUrls);

    [Benchmark]
    public int HeadersSet3() => Ask(_headerRules);

    private static Comparand Exact(string text) => new(ComparandKind.Exact, text);

    private static Rule Rule(RuleAction action, params Entity[] entities) => new() { Id = 1, Action = action, Entities = [.. entities] };

    private static Rule Block(EntityKind kind, ComparandKind comparand, string key) =>
        Rule(RuleAction.Block, new Entity(kind, EntityAction.Match, new Comparand(comparand, key), Value: null));

    private static RuleSet Urls(int count)
    {
        string[] urls = [.. Enumerable.Range(0, count).Select(static number => $"host-{number}.example.org/")];
        return Rules(1, _ => Block(EntityKind.Url, ComparandKind.Exact, urls[0]) with { Keys = new KeyList(EntityKind.Url, [.. urls]) });
    }

    private static RuleSet Rules(int count, Func<int, Rule> rule)
    {
        Protocol protocol = new() { Id = 1, Name = "p", Type = ProtocolType.Http, Rules = [.. Enumerable.Range(0, count).Select(rule)] };
        return RuleSet.Of(protocol, new RelaydConfiguration(), new RuleEnvironment(_digests, static _ => { }, static _ => { }))!;
    }

    private int Ask(RuleSet rules)
    {
        _changes.Begin(_head);
        return (int)rules.Evaluate(Direction.Request, _head, _changes, _subject);
    }
}
