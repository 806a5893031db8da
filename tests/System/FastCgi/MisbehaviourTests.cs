using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Applications that do what they should not: what the client has of it, what the log says, and that nobody else notices.</summary>
[Compares]
public sealed class MisbehaviourTests(MisbehaviourGround ground) : IClassFixture<MisbehaviourGround>
{
    public static IEnumerable<TheoryDataRow<string>> All => Misbehaviour.All.Keys.Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string>> Logged => Misbehaviour.All.Where(each => each.Value.IsLogged).Select(each => new TheoryDataRow<string>(each.Key));

    [Theory]
    [MemberData(nameof(All))]
    public void What_an_application_does_wrong_is_told_or_borne(string name)
    {
        using Client client = ground.Connect();
        Answer answer = client.Ask(MisbehaviourGround.RequestFor(name));

        Assert.Equal((name, Misbehaviour.All[name].Outcome), (name, answer.ToString()));
        Assert.True(ground.ServesOthers(), "nobody else notices");
    }

    [Theory]
    [MemberData(nameof(Logged))]
    public void What_an_application_does_wrong_is_logged_with_server_and_client(string name)
    {
        using Client client = ground.Connect();
        client.Ask(MisbehaviourGround.RequestFor(name));

        ground.AssertLogged(client);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_request_behind_it_is_answered_or_the_connection_has_ended(string name)
    {
        using Client client = ground.Connect();
        Answer first = client.Ask(MisbehaviourGround.RequestFor(name));

        Assert.Contains(MisbehaviourGround.Next(client, first), (string[])["200 good", "ended"], StringComparer.Ordinal);
    }
}

/// <summary>One httpd for all of them; the query tells the application what to do.</summary>
public sealed class MisbehaviourGround : IDisposable
{
    private readonly FastCgiGround _ground = new(Serve);

    public void Dispose() => _ground.Dispose();

    internal static string RequestFor(string name) => $"GET /app?{Array.IndexOf([.. Misbehaviour.All.Keys], name)} HTTP/1.1\r\nHost: test\r\n\r\n";

    internal static string Next(Client client, Answer before) => before.IsWhole && Heads.Field(before.Head, "Connection") is not "close"
        ? client.AskOrEnd("GET /good HTTP/1.1\r\nHost: test\r\n\r\n")?.ToString() ?? "ended"
        : client.IsEnded() ? "ended" : "goes on";

    internal Client Connect() => _ground.Connect();

    internal bool ServesOthers() => _ground.ServesFiles() && _ground.Get("/good").ToString() is "200 good";

    internal void AssertLogged(Client client) => Assert.NotEmpty(_ground.AwaitComplaint(client));

    private static void Serve(Request request)
    {
        request.ReadRest();
        if (request["QUERY_STRING"] is { Length: > 0 } query)
        {
            Misbehaviour.All.Values.ElementAt(int.Parse(query, global::System.Globalization.CultureInfo.InvariantCulture)).Serve(request);
            return;
        }

        request.Out("Content-Type: text/plain\r\n\r\ngood").End();
    }
}
