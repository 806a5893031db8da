using System;
using System.Linq;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Connections to the application that are kept, and what the application may do with one.</summary>
public sealed class KeptConnectionTests
{
    private const string Text = "Content-Type: text/plain\r\n\r\ngood", Get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

    [Fact]
    public void A_connection_serves_many_requests()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));

        using Client client = ground.Connect();

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal("200 good", client.Ask(Get).ToString()));
        // On a busy machine more than the moment that one is kept for may pass between two.
        Assert.InRange(ground.Responder.Connections, 1, 50);
    }

    [Fact]
    public void An_application_that_keeps_nothing_is_asked_again_for_each_request()
    {
        using FastCgiGround ground = new(request =>
        {
            request.Answer(Text);
            request.Close();
        });

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal("200 good", ground.Get().ToString()));
        Assert.Equal(100, ground.Responder.Connections);
    }

    // What comes unasked would be the answer to the next request, of another client perhaps.
    [Theory]
    [InlineData("stray bytes")]
    [InlineData("\u0001\u0006\0\u0001\0\u0008\0\0\r\n\r\nevil")]
    [InlineData("\u0001\u0003\0\u0001\0\u0008\0\0\0\0\0\0\0\0\0\0")]
    public void Bytes_on_an_idle_connection_reach_no_client(string stray)
    {
        using FastCgiGround ground = new(request =>
        {
            request.ReadRest();
            request.Out(Text).End(global::System.Text.Encoding.Latin1.GetBytes(stray));
        });

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("200 good", ground.Get().ToString()));
    }

    [Fact]
    public void Connections_that_are_closed_while_idle_cost_no_request()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));

        Assert.All(Enumerable.Range(0, 50), _ =>
        {
            Assert.Equal("200 good", ground.Get().ToString());
            ground.Responder.CloseAll();
        });
    }

    // The connection was good when httpd took it; the request has had no effect, since nothing of it was read.
    [Fact]
    public void A_connection_that_is_closed_as_the_next_request_arrives_costs_no_request()
    {
        int broken = 0;
        using FastCgiGround ground = new(request =>
        {
            if (!request.IsFirst)
            {
                Interlocked.Increment(ref broken);
                request.Break();
                return;
            }

            request.Answer(Text);
        });
        using Client client = ground.Connect();

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("200 good", client.Ask(Get).ToString()));
        Assert.InRange(broken, 1, 50);
    }

    [Fact]
    public void A_request_that_may_have_had_an_effect_is_not_sent_again()
    {
        int turn = 0;
        using FastCgiGround ground = new(request =>
        {
            request.ReadRest();
            if (Interlocked.Increment(ref turn) == 1)
            {
                request.Answer(Text);
                return;
            }

            request.Close();
        });
        using Client client = ground.Connect();
        Assert.Equal("200 good", client.Ask(Get).ToString());

        Assert.Equal("502", client.Ask("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\na").ToString());
        Assert.Equal(2, turn);
    }

    [Fact]
    public void A_client_that_leaves_ends_the_connection_of_its_request()
    {
        using ManualResetEventSlim asked = new();
        using FastCgiGround ground = new(request =>
        {
            request.ReadRest();
            request.Out(Text);
            asked.Set();
            while (true)
            {
                request.Out(new byte[16384]);
            }
        });
        using (Client client = ground.Connect())
        {
            client.Send(Get);
            Assert.True(asked.Wait(Await.Usual, TestContext.Current.CancellationToken), "the application is asked");
        }

        Await.Until(() => ground.Responder.Open == 0, "the application hears of it");
    }

    [Fact]
    public void Connections_are_as_many_as_requests_at_once_at_most()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));
        Client[] clients = [.. Enumerable.Range(0, 50).Select(_ => ground.Connect())];
        foreach (int _ in Enumerable.Range(0, 10))
        {
            Array.ForEach(clients, client => client.Send(Get));
            Assert.All(clients, client => Assert.Equal("200 good", client.Read().ToString()));
        }

        Array.ForEach(clients, client => client.Dispose());
        Assert.InRange(ground.Responder.MostOpen, 1, 50);
    }
}
