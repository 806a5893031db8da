using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit.Sdk;

namespace Sluice.System.Forwarding;

/// <summary>A relayd with one relay in front of an origin.</summary>
internal sealed class ForwardingGround : IDisposable
{
    private const string Host = "127.0.0.11";
    private const int Port = 80;
    private const string Last = "GET /last HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n";

    private readonly Daemon _daemon;
    private readonly Func<string, string> _configuration;

    /// <param name="script">How the origin answers.</param>
    /// <param name="protocol">Lines of the protocol.</param>
    /// <param name="kind"><c>http</c>, or <c>tcp</c> to send all on as it comes.</param>
    /// <param name="options">Behind the address of the origin.</param>
    /// <param name="globals">Lines before the protocol.</param>
    /// <param name="target">Where the relay forwards to: the origin, or a table that <paramref name="globals"/> defines.</param>
    public ForwardingGround(
        Func<Message, Answer> script, string protocol = "return error", string kind = "http", string options = "", string globals = "log connection errors", string target = Host)
    {
        Origin = new Origin(Place, Host, script);
        _configuration = lines => $$"""
            socket "{{Path.Combine(Place.Folder, "relayd.sock")}}"
            prefork 1
            {{globals}}
            {{kind}} protocol "web" {
            {{lines}}
            }
            relay "web" {
            listen on 127.0.0.1 port {{Port}}
            protocol "web"
            forward to {{target}} port {{Origin.Port}} {{options}}
            }

            """;
        Write(protocol);
        _daemon = Daemon.Start(Place, Configuration, "relayd");
    }

    public Place Place { get; } = new();

    public Origin Origin { get; }

    /// <summary>What the daemon said last.</summary>
    public string Words => _daemon.Words();

    /// <summary>A client's connection to the relay.</summary>
    public Peer Connect() => new(Place, Port);

    /// <summary>Waits for a line of the daemon's that contains the text.</summary>
    public string AwaitLine(string text) => _daemon.AwaitLine(text);

    /// <summary>Runs relayctl(8), which succeeds; what it says.</summary>
    public string Control(params string[] words)
    {
        (int status, string output, string errors) = Place.Call(Place.Program("relayctl"), ["-s", Path.Combine(Place.Folder, "relayd.sock"), .. words]);
        return status == 0 ? output : throw new XunitException($"relayctl {string.Join(' ', words)}: {output}{errors}");
    }

    /// <summary>Makes the daemon read its configuration again, and waits until it did.</summary>
    public void Reload() => _daemon.Reload();

    /// <summary>The same, with other lines of the protocol.</summary>
    public void Reload(string protocol)
    {
        Write(protocol);
        Reload();
    }

    /// <summary>All that a client hears that sends this and then ends its output.</summary>
    public string Hear(string sent) => HearAll(sent).Text;

    /// <summary>The same, and how it ended.</summary>
    public Heard HearAll(string sent)
    {
        using Peer peer = Connect();
        try
        {
            peer.Send(sent);
            peer.EndOutput();
        }
        catch (SocketException)
        {
            // The relay had enough; what it said is there.
        }

        try
        {
            (byte[] heard, SocketError end) = peer.ToAnyEnd();
            return new Heard(Encoding.Latin1.GetString(heard), end == SocketError.Success ? Ending.Clean : Ending.Reset);
        }
        catch (XunitException)
        {
            return new Heard("", Ending.None);
        }
    }

    /// <summary>Sends this over one connection and judges what became of it.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public string? Round(string sent)
    {
        Heard heard = HearAll(sent);
        return heard.Ending == Ending.None ? "the client waits for ever" : Judge.Finding(sent, TakeVisits(), heard.Text);
    }

    /// <summary>The same, where the relay keeps its connections for the next client.</summary>
    public string? SharedRound(string sent)
    {
        Heard heard = HearAll(sent);
        _ = Hear(Last);
        return heard.Ending == Ending.None ? "the client waits for ever" : Judge.Finding(sent, Origin.TakeRuns(Last), heard.Text);
    }

    /// <summary>The connections that the relay made for what was sent so far.</summary>
    public IReadOnlyList<Visit> TakeVisits()
    {
        // What it connects for later comes to the origin later: when that is there, all before it are.
        _ = Hear(Last);
        return Origin.TakeVisits(Last);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        Origin.Dispose();
        Place.Dispose();
    }

    private string Configuration => Path.Combine(Place.Folder, "relayd.conf");

    private void Write(string protocol) => File.WriteAllText(Configuration, _configuration(protocol));
}
