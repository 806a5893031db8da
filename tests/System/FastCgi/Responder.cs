using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.FastCgi;

/// <summary>
/// An application behind FastCGI, in the tests' own process, which does with each request what the test says. A connection is
/// kept when httpd asks for it and the test has not broken it.
/// </summary>
internal sealed class Responder : IDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _listener;
    private readonly string _path;
    private readonly Action<Request> _serve;
    private readonly Lock _guard = new();
    private readonly HashSet<Socket> _open = [];
    private int _connections;
    private int _requests;

    private Responder(Socket listener, string path, Action<Request> serve)
    {
        _listener = listener;
        _path = path;
        _serve = serve;
        _listener.Listen(Backlog);
        Begin("responder", Accept);
    }

    /// <summary>How many connections came so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many requests came so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many connections are there now.</summary>
    public int Open
    {
        get
        {
            lock (_guard)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>How many were there at once, at most.</summary>
    public int MostOpen { get; private set; }

    /// <summary>Listens on a socket below the site's chroot, to which everyone may connect.</summary>
    public static Responder Start(Site site, Action<Request> serve, string path = "run/app.sock")
    {
        string full = Path.Combine(site.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.SetUnixFileMode(Path.GetDirectoryName(full)!, Modes.Folder);
        File.Delete(full);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(full));
        File.SetUnixFileMode(full, Modes.File | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return new Responder(listener, full, serve);
    }

    /// <summary>Listens on a port of the place.</summary>
    public static Responder Start(Place place, IPEndPoint address, Action<Request> serve)
    {
        Socket listener = place.Socket(address.AddressFamily);
        listener.Bind(address);
        return new Responder(listener, "", serve);
    }

    /// <summary>Ends every connection that is there now.</summary>
    public void CloseAll()
    {
        lock (_guard)
        {
            foreach (Socket socket in _open)
            {
                socket.Shutdown(SocketShutdown.Both);
            }
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_guard)
        {
            foreach (Socket socket in _open)
            {
                socket.Dispose();
            }

            _open.Clear();
        }

        File.Delete(_path.Length > 0 ? _path : "/nonexistent");
    }

    private static void Begin(string name, Action work) => new Thread(() => work()) { IsBackground = true, Name = name }.Start();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket socket = _listener.Accept();
                Interlocked.Increment(ref _connections);
                lock (_guard)
                {
                    _open.Add(socket);
                    MostOpen = Math.Max(MostOpen, _open.Count);
                }

                Begin("application", () => Converse(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Converse(Socket socket)
    {
        try
        {
            using RecordStream records = new(socket);
            while (Request.Read(records) is { } request)
            {
                Interlocked.Increment(ref _requests);
                _serve(request);
                if (!request.IsKept)
                {
                    break;
                }

                request.ReadRest();
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // httpd has ended the connection, or the test is over.
        }

        lock (_guard)
        {
            _open.Remove(socket);
        }

        socket.Dispose();
    }
}
