using System;
using System.Buffers.Text;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;

using Sluice.Configuration;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Processes;
using Sluice.Httpd.Serving;
using Sluice.Unit.Fakes;

using Xunit;

using Severity = Sluice.Daemon.Logging.Severity;

namespace Sluice.Unit.Httpd.Processes;

/// <summary>A server process, but for the process: its client is on the same loop and thread, so that what the thread allocates is
/// what serving does.</summary>
public sealed class WorkerTests : IDisposable
{
    private const int Times = 5000;

    private readonly LoopRun _run = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-worker-");
    private readonly Statistics _statistics = Statistics.Create("test");

    public WorkerTests()
    {
        File.WriteAllBytes(Path.Join(_folder.FullName, "file.txt"), new byte[1000]);
    }

    [Theory]
    [InlineData("GET /file.txt HTTP/1.1\r\nHost: test\r\n\r\n")]
    [InlineData("GET /file.txt HTTP/1.1\r\nHost: test\r\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n")]
    [InlineData("GET /missing HTTP/1.1\r\nHost: test\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: test\r\n\r\n")]
    public void A_request_on_a_kept_connection_allocates_nothing(string request) =>
        Assert.InRange(AllocatedBy(Encoding.ASCII.GetBytes(request)), 0, Times - 1);

    public void Dispose()
    {
        _statistics.Dispose();
        _run.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Bytes that asking so often allocates, once all is made that is made once.</summary>
    private long AllocatedBy(byte[] request)
    {
        long allocated = 0;
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        Listener listener = Listen(socket);
        _run.Run(async () =>
        {
            ConnectResult connected = await Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromHours(1)));
            Connection client = connected.Connection!;
            await Ask(client, request);
            allocated = await Allocations.Least(() => Ask(client, request));
            client.Close();
            listener.Close();
        });
        return allocated;
    }

    /// <summary>Asks so often. One method that waits, because each call of such a one allocates.</summary>
    private static async ValueTask Ask(Connection client, byte[] request)
    {
        for (int time = 0; time < Times; time++)
        {
            Expect(await TcpPair.Send(client, request));
            int left = int.MaxValue;
            while ((left = Take(client, left)) > 0)
            {
                Expect(await client.Readable());
            }
        }
    }

    /// <summary>Assert.Equal would allocate.</summary>
    private static void Expect(Wake wake) => Assert.True(wake == Wake.Ready);

    /// <summary>Takes what has come of an answer; the bytes that are still to come, <see cref="int.MaxValue"/> while nobody knows.</summary>
    private static int Take(Connection client, int left)
    {
        Fill fill = Fill.More;
        while (left > 0 && fill == Fill.More)
        {
            fill = client.TryFill();
            left = left == int.MaxValue ? LengthOf(client.Input) : left;
            int taken = left == int.MaxValue ? 0 : client.Input.Length;
            client.Consume(taken);
            left -= taken;
        }

        Assert.True(left == 0 || fill == Fill.Again);
        return left;
    }

    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return int.MaxValue;
        }

        int field = answer[..end].IndexOf(name);
        int length = 0;
        bool hasBody = field >= 0 && Utf8Parser.TryParse(answer[(field + name.Length)..], out length, out _);
        return end + 4 + (hasBody ? length : 0);
    }

    private Listener Listen(ListenSocket socket)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            server "test" {
                listen on 127.0.0.1 port 80
                root "{{_folder.FullName}}"
                directory auto index
                connection max requests 1000000
            }
            """);
        StubHost host = new StubHost().With("httpd.conf", text);
        HttpdConfiguration configuration = HttpdConfigurationLoader.Load(
            "httpd.conf", new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Normal).Configuration!;
        ChildContext context = new(Roles.Httpd.Find("server")!, 0, _run.Loop, new Log(new Silence(), 0), _statistics);
        context.Take(1, ConfigurationWire.Write(ConfigurationWire.ForServers(configuration)), []);
        Worker worker = new(context, static _ => Delivery.Taken, static _ => Delivery.Taken);
        ServedSocket served = worker.Configuration.Find("127.0.0.1:80")!;
        return new Listener(_run.Loop, socket.Release(), connection => worker.Serve(connection, served), new ListenerOptions());
    }

    private sealed class Silence : LogOutput
    {
        public override void Write(Severity severity, ReadOnlySpan<byte> text)
        {
        }
    }
}
