using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Control;

/// <summary>A relayd as in the recordings, but for what is not run yet, with its servers and a relayctl; one for all tests of a class.</summary>
public sealed class ControlGround : IDisposable
{
    private const int Http = 21710;
    private const int Echo = 21711;

    private readonly List<TcpListener> _servers = [];

    public ControlGround()
    {
        Place = new Place();
        foreach (IPEndPoint address in Addresses())
        {
            TcpListener server = Place.Run(() => new TcpListener(address));
            server.Start();
            _servers.Add(server);
            _ = Serve(server);
        }

        Write("check.sh", "#!/bin/sh\n[ \"$1\" = 127.0.0.2 ] && exit 1\nexit 0\n", Modes.Folder);
        Configuration = Write("relayd.conf", Recorded("relayd.conf"), Modes.File);
        Daemon = Daemon.Start(Place, Configuration, "relayd");
    }

    internal Place Place { get; }

    internal Daemon Daemon { get; }

    internal string Configuration { get; }

    internal string SocketPath => Path.Combine(Place.Folder, "relayd.sock");

    internal static string File(string name) => global::System.IO.File.ReadAllText(Path.Combine(Place.Clone, "tests", "System", "Control", name));

    /// <summary>Calls relayctl here.</summary>
    internal (int Status, string Output, string Errors) Call(params string[] arguments) =>
        Place.Call(Place.Program("relayctl"), ["-s", SocketPath, .. arguments]);

    /// <summary>Calls it until its output is right; it has some seconds.</summary>
    internal string CallUntil(Func<string, bool> isRight, params string[] arguments)
    {
        string output = "";
        Await.Until(() => isRight(output = Call(arguments).Output), Await.Usual, () => $"relayctl {string.Join(' ', arguments)}: {output}");
        return output;
    }

    /// <summary>A file in the folder.</summary>
    internal string Write(string name, string text, UnixFileMode mode)
    {
        string path = Path.Combine(Place.Folder, name);
        global::System.IO.File.WriteAllText(path, text);
        global::System.IO.File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose()
    {
        Daemon.Dispose();
        _servers.ForEach(static server => server.Stop());
        Place.Dispose();
    }

    private static IEnumerable<IPEndPoint> Addresses() =>
        from port in (int[])[Http, Echo]
        from last in Enumerable.Range(1, 3)
        select new IPEndPoint(new IPAddress([127, 0, 0, (byte)last]), port);

    private string Recorded(string name) => File(name).Replace("@FOLDER@", Place.Folder, StringComparison.Ordinal);

    private static async Task Serve(TcpListener server)
    {
        while (true)
        {
            try
            {
                Socket client = await server.AcceptSocketAsync();
                _ = Serve(client, ((IPEndPoint)server.LocalEndpoint).Port);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    // What the checks of the recordings expect: a page, or the answer to PING.
    private static async Task Serve(Socket client, int port)
    {
        using (client)
        {
            try
            {
                byte[] buffer = new byte[4096];
                int length;
                while ((length = await client.ReceiveAsync(buffer)) > 0)
                {
                    bool isHead = buffer.AsSpan(0, length).StartsWith("HEAD"u8);
                    byte[] answer = port == Echo
                        ? [.. buffer.AsSpan(0, length).StartsWith("PING"u8) ? "PONG "u8 : "echo:"u8, .. buffer.AsSpan(0, length)]
                        : Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{(isHead ? "" : "ok\n")}");
                    _ = await client.SendAsync(answer);
                    if (port == Http)
                    {
                        return;
                    }
                }
            }
            catch (SocketException)
            {
                // The check has gone.
            }
        }
    }
}

/// <summary>The classes that share the daemon.</summary>
[CollectionDefinition("relayctl")]
public sealed class ControlCollection : ICollectionFixture<ControlGround>;
