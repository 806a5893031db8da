using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Applications that are not there, do not answer, or die (hostile input 58).</summary>
[Waits]
public sealed class FaultTests
{
    private const string Text = "Content-Type: text/plain\r\n\r\ngood";

    // Two seconds are configured; a busy machine may take longer, but not as long as any other limit.
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1.5), _most = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("fastcgi socket \"/run/nobody.sock\"")]
    [InlineData("fastcgi socket \"/run/folder\"")]
    [InlineData("fastcgi socket \"/run/file\"")]
    [InlineData("fastcgi socket \"/no/such/folder.sock\"")]
    [InlineData("fastcgi socket tcp 127.0.0.1 9")]
    public void An_application_that_is_not_there_is_502_and_logged(string application)
    {
        using FastCgiGround ground = new(request => request.Answer(Text), $"location \"/gone\" {{ {application} }}");
        ground.Site.Document("run/folder/file", []).Document("run/file", []);
        using Client client = ground.Connect();

        Assert.Equal("502", client.Ask("GET /gone HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.NotEmpty(ground.AwaitComplaint(client));
        Assert.True(ground.ServesFiles(), "others are served");
    }

    [Fact]
    public void A_socket_that_httpd_may_not_use_is_502_and_logged()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));
        File.SetUnixFileMode(Path.Combine(ground.Site.Root, "run/app.sock"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using Client client = ground.Connect();

        Assert.Equal("502", client.Ask("GET / HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.NotEmpty(ground.AwaitComplaint(client));
    }

    [Fact]
    public void An_application_that_comes_back_is_used_at_once()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));
        ground.Responder.Dispose();
        Assert.Equal("502", ground.Get().ToString());

        using Responder back = Responder.Start(ground.Site, request => request.Answer(Text));
        Assert.Equal("200 good", ground.Get().ToString());
    }

    [Theory]
    [InlineData("accepts and never reads")]
    [InlineData("reads and never answers")]
    [InlineData("begins a head")]
    [InlineData("sends errors only")]
    public void An_application_that_never_answers_is_504_in_time_and_logged(string silence)
    {
        using ManualResetEventSlim over = new();
        using FastCgiGround ground = new(request => Delay(request, silence, over), "connection timeout 2");
        using Client client = ground.Connect();
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal("504", client.Ask("GET / HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.InRange(watch.Elapsed, _least, _most);
        Assert.NotEmpty(ground.AwaitComplaint(client));
        over.Set();
        Await.Until(() => ground.Responder.Open == 0, "the connection to the application is closed");
    }

    [Fact]
    public void An_application_that_stops_in_its_body_ends_the_answer_visibly_in_time()
    {
        using ManualResetEventSlim over = new();
        using FastCgiGround ground = new(request => Delay(request, "begins a body", over), "connection timeout 2");
        using Client client = ground.Connect();
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal("200 good…", client.Ask("GET / HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.InRange(watch.Elapsed, _least, _most);
        Assert.NotEmpty(ground.AwaitComplaint(client));
        over.Set();
    }

    [Fact]
    public void An_application_that_takes_no_body_is_504_in_time()
    {
        using ManualResetEventSlim over = new();
        using FastCgiGround ground = new(request => over.Wait(_most), "connection { timeout 2, max request body 67108864 }");
        using Client client = ground.Connect();
        Stopwatch watch = Stopwatch.StartNew();
        client.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 67108864\r\n\r\n");
        client.SendAside(67108864);

        Assert.Equal("504", client.Read().ToString());
        Assert.InRange(watch.Elapsed, _least, _most);
        over.Set();
    }

    [Fact]
    public void A_port_that_takes_no_connection_is_504_in_time()
    {
        using FastCgiGround ground = new(request => request.Answer(Text), "connection timeout 2\n\tlocation \"/full\" { fastcgi socket tcp 127.0.0.1 9000 }");
        using Socket full = ground.Place.Socket(AddressFamily.InterNetwork);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 9000));
        full.Listen(0);
        using Socket first = Fill(ground.Place), second = Fill(ground.Place);
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal("504", ground.Get("/full").ToString());
        Assert.InRange(watch.Elapsed, _least, _most);
    }

    [Fact]
    public void An_application_over_TCP_is_used_like_another()
    {
        using FastCgiGround ground = new(request => request.Answer(Text), "location \"/tcp\" { fastcgi socket tcp 127.0.0.1 }\n\tlocation \"/tcp6\" { fastcgi socket tcp \"::1\" 9001 }");
        using Responder four = Responder.Start(ground.Place, new IPEndPoint(IPAddress.Loopback, 9000), request => request.Answer(Text + "4"));
        using Responder six = Responder.Start(ground.Place, new IPEndPoint(IPAddress.IPv6Loopback, 9001), request => request.Answer(Text + "6"));

        Assert.Equal("200 good4", ground.Get("/tcp").ToString());
        Assert.Equal("200 good6", ground.Get("/tcp6").ToString());
    }

    // A body must make progress in any 30 s, in both directions.
    [Fact]
    public void Clients_whose_bodies_make_no_progress_are_gone_within_a_minute_and_so_are_their_connections_to_the_application()
    {
        using FastCgiGround ground = new(Endless);
        using Client reader = new(ground.Place, receiveBufferBytes: 4096), writer = ground.Connect();
        reader.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        writer.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nhalf");
        Await.Until(() => ground.Responder.Open > 0, "the application is asked");

        Await.Until(() => Clients(ground.Place) == 0 && ground.Responder.Open == 0, TimeSpan.FromSeconds(65), () => "both clients are gone");
    }

    private static int Clients(Place place) =>
        place.Tool("ss", "-Htn", "state", "established", "sport = :80").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static void Endless(Request request)
    {
        request.ReadRest();
        request.Out("Content-Type: text/plain\r\n\r\n");
        while (true)
        {
            request.Out(new byte[16384]);
        }
    }

    private static void Delay(Request request, string silence, ManualResetEventSlim over)
    {
        if (silence is not "accepts and never reads")
        {
            request.ReadRest();
        }

        if (silence is "sends errors only")
        {
            request.Error("trouble\n");
        }

        if (silence.StartsWith("begins", StringComparison.Ordinal))
        {
            request.Out(silence is "begins a body" ? Text : "Content-Type: te");
        }

        over.Wait(_most);
        request.Close();
    }

    private static Socket Fill(Place place)
    {
        Socket socket = place.Socket(AddressFamily.InterNetwork);
        socket.Blocking = false;
        try
        {
            socket.Connect(IPAddress.Loopback, 9000);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It waits in the queue.
        }

        return socket;
    }
}
