using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tables.Scheduling;
using Sluice.Unit.Http.Codec;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>A session that the rules of a protocol are asked about, message by message.</summary>
internal sealed class Ruled
{
    private static readonly UrlDigests _digests = new();

    private readonly HeadChanges _changes = new();
    private readonly RuleSet _rules;

    /// <summary>Begins a session under rules that are written a line each.</summary>
    public Ruled(string rules)
        : this(Loaded.Good(Loaded.Protocol(rules)))
    {
    }

    /// <summary>Begins a session under the only protocol of a configuration.</summary>
    public Ruled(RelaydConfiguration configuration)
    {
        Configuration = configuration;
        Assert.True(SocketAddress.TryParse("198.51.100.7:51000"u8, out SocketAddress client));
        Assert.True(SocketAddress.TryParse("192.0.2.1:80"u8, out SocketAddress listen));
        _rules = RuleSet.Of(configuration.Protocols[0], configuration, new RuleEnvironment(_digests, Said.Add, line => Said.Add("warning: " + line)))!;
        Subject.Begin(new RelayFacts(listen, TimeoutSeconds: 600, new SipHash(new byte[SipHash.KeyLength])), client, listen);
    }

    public RelaydConfiguration Configuration { get; }

    public RuleSubject Subject { get; } = new();

    /// <summary>Lines of the log.</summary>
    public List<string> Said { get; } = [];

    public RuleVerdict Verdict { get; private set; }

    /// <summary>What the rules logged of the last message.</summary>
    public string Logged => Encoding.Latin1.GetString(_rules.Log);

    public string Tag => Subject.TagId == 0 ? "" : Configuration.Tags[Subject.TagId - 1];

    public string Label => Bytes.Text(Subject.Label);

    /// <summary>The fields of the last message as they go on, without the Host of <see cref="Get"/>.</summary>
    public string Fields => AllFields.Replace("Host: www.example.org|", "", StringComparison.Ordinal);

    /// <summary>All fields of the last message as they go on.</summary>
    public string AllFields => Written().Replace("\r\n", "|", StringComparison.Ordinal);

    /// <summary>The target of the last request as it goes on.</summary>
    public string Target
    {
        get
        {
            byte[] target = new byte[_changes.MostTargetBytes];
            return Encoding.Latin1.GetString(target.AsSpan(0, _changes.WriteTarget(target)));
        }
    }

    /// <summary>Fields that were taken away before the rules are asked.</summary>
    public HashSet<string> Dropped { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The rules of the only protocol of a configuration.</summary>
    public static RuleSet Compiled(RelaydConfiguration configuration) =>
        RuleSet.Of(configuration.Protocols[0], configuration, new RuleEnvironment(_digests, static _ => { }, static _ => { }))!;

    /// <summary>A GET with these fields, for www.example.org unless one says otherwise.</summary>
    public Ruled Get(string target, params string[] fields) => Request("GET", target, fields);

    public Ruled Request(string method, string target, params string[] fields)
    {
        string host = Array.Exists(fields, static field => field.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? "" : "Host: www.example.org\r\n";
        return Ask(Direction.Request, Heads.Parse($"{method} {target} HTTP/1.1\r\n{host}{Lines(fields)}\r\n", HeadLimits.Httpd));
    }

    /// <summary>A GET of HTTP/1.0 without a host.</summary>
    public Ruled GetWithoutHost(string target, params string[] fields) =>
        Ask(Direction.Request, Heads.Parse($"GET {target} HTTP/1.0\r\n{Lines(fields)}\r\n", HeadLimits.Httpd));

    /// <summary>An answer with these fields.</summary>
    public Ruled Respond(params string[] fields) => Ask(Direction.Response, Response(fields));

    public Ruled Ask(Direction direction, MessageHead head)
    {
        _changes.Begin(head);
        for (int field = 0; Dropped.Count > 0 && field < head.FieldCount; field++)
        {
            if (Dropped.Contains(Encoding.Latin1.GetString(head.FieldName(field))))
            {
                _changes.Drop(field);
            }
        }

        Verdict = _rules.Evaluate(direction, head, _changes, Subject);
        return this;
    }

    private static ResponseHead Response(string[] fields)
    {
        ResponseHead head = new();
        string text = "HTTP/1.1 200 OK\r\n" + Lines(fields) + "\r\n";
        head.Keep(Encoding.Latin1.GetBytes(text));
        int at = "HTTP/1.1 200 OK\r\n".Length;
        foreach (string field in fields)
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            KnownField kind = KnownFields.Of(Encoding.Latin1.GetBytes(field[..colon]));
            head.Add(new ByteRange(at, colon), new ByteRange(at + colon + 2, field.Length - colon - 2), kind);
            at += field.Length + 2;
        }

        head.Length = text.Length;
        return head;
    }

    private static string Lines(string[] fields) => string.Concat(Array.ConvertAll(fields, static field => field + "\r\n"));

    private string Written()
    {
        byte[] fields = new byte[_changes.MostFieldBytes];
        return Encoding.Latin1.GetString(fields.AsSpan(0, _changes.WriteFields(fields)));
    }
}
