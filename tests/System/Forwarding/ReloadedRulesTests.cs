using System;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Rules that come with a reload, for sessions that are there already.</summary>
[Compares]
public sealed class ReloadedRulesTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    // SHA-1 of a.example/known.
    private const string Known = "bdb27e86262bf6e245c850e642d1b0c7010def23";
    private const string Marking = "return error\nmatch request path \"/mark*\" tag \"MARKED\" label \"the label\"\n";

    private readonly ForwardingGround _ground = new(static _ => new(Ok, Afterwards.Keep), Marking, globals: "log connection");

    public void Dispose() => _ground.Dispose();

    // A process that has entered its sandbox loads nothing any more: another one takes its place.
    [Fact]
    public void Digests_are_known_where_none_were_before_and_who_is_there_gets_one_more_answer()
    {
        using Peer kept = _ground.Connect();
        Assert.Equal(200, Ask(kept, "/known").Status);
        _ground.Reload($"return error\nblock request url digest \"{Known}\"");

        using Peer peer = _ground.Connect();
        Assert.Equal(200, Ask(peer, "/other").Status);
        Assert.Equal(403, Ask(peer, "/known").Status);
        kept.Send("GET /other HTTP/1.1\r\nHost: a.example\r\n\r\n");
        string last = kept.Answer().Head;
        Assert.Equal((200, "close"), (Heads.Status(last), Heads.Field(last, "Connection")));
        Assert.Empty(kept.ToEnd());
    }

    [Fact]
    public void Tag_and_label_of_a_session_stay_by_their_names()
    {
        using Peer marked = _ground.Connect();
        using Peer other = _ground.Connect();
        Assert.Equal((200, 200), (Ask(marked, "/mark").Status, Ask(other, "/x").Status));
        _ground.Reload("return error\nmatch request path \"/new*\" tag \"NEW\" label \"another\"\nmatch request path \"/never\" label \"the label\"\nblock request tagged \"MARKED\"");

        (int status, string page) = Ask(marked, "/x");

        Assert.Equal(403, status);
        Assert.Contains("<div id='l'>the label</div>", page, StringComparison.Ordinal);
        Assert.Contains(", MARKED, ", _ground.AwaitLine("session 1 "), StringComparison.Ordinal);
        Assert.Equal(200, Ask(other, "/new").Status);
    }

    [Fact]
    public void A_mark_that_the_next_configuration_does_not_know_is_none()
    {
        using Peer peer = _ground.Connect();
        _ = Ask(peer, "/mark");
        _ground.Reload("return error\nmatch request path \"/never\" tag \"OTHER\"\nblock request tagged \"OTHER\"");

        Assert.Equal(200, Ask(peer, "/x").Status);
    }

    private static (int Status, string Body) Ask(Peer peer, string path)
    {
        peer.Send($"GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n");
        (string head, byte[] body) = peer.Answer();
        return (Heads.Status(head), Encoding.ASCII.GetString(body));
    }
}
