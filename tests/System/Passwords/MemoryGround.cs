using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.Engine.Passwords;
using Sluice.System.FastCgi;
using Sluice.System.Ground;
using Sluice.System.Tls;

namespace Sluice.System.Passwords;

/// <summary>
/// One httpd for all of them, on port 80, and on 443 with TLS, and a search through the memory of its processes. Documents ask for a password, but those below <c>/open/</c>;
/// below <c>/app/</c> is an application.
/// </summary>
public sealed class MemoryGround : IDisposable
{
    private const int Users = 60;
    private const int LongPassword = 600;

    private const string Lines = """
        connection request timeout 2
        	authenticate "Members" with "/etc/members"
        	location "/open/*" { no authenticate }
        	location "/app/*" { fastcgi socket "/run/app.sock" }
        """;

    private readonly Place _place = new();
    private readonly Responder _responder;
    private readonly Daemon _daemon;
    private readonly Queue<Secret> _secrets = new(Enumerable.Range(1, Users).Select(Secret.Make));

    public MemoryGround()
    {
        Site site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("htdocs/open/f", "f"u8.ToArray());
        string members = string.Concat(_secrets.Select(secret => $"{secret.User}:{secret.Hash()}\n"));
        site.Document("etc/members", Encoding.ASCII.GetBytes(members), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        site.Configure(Server("listen on 127.0.0.1 port 80") + Server($"listen on 127.0.0.1 tls port 443\n\t{pair.Lines}"));
        _responder = Responder.Start(site, static request => request.Answer("Content-Type: text/plain\r\nContent-Length: 1\r\n\r\na"));
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _responder.Dispose();
        _place.Dispose();
    }

    /// <summary>A user whose password nobody has sent yet.</summary>
    internal Secret Next() => _secrets.Dequeue();

    /// <summary>Sends the pieces, each when the one before has been received, and gives the status of the answer; the connection stays.</summary>
    internal IDisposable Ask(int port, out int status, params string[] pieces)
    {
        if (port == 443)
        {
            SecurePeer secure = new(_place, port);
            Send(secure.Send, pieces);
            status = Heads.Status(secure.Begin());
            return secure;
        }

        Peer peer = new(_place, port);
        Send(peer.Send, pieces);
        status = Heads.Status(peer.Answer().Head);
        return peer;
    }

    /// <summary>Sends a part of a request; the connection stays.</summary>
    internal Peer Begin(string part)
    {
        Peer peer = new(_place, 80);
        Send(peer.Send, part);
        Settle();
        return peer;
    }

    /// <summary>What is found of a password once all processes are done with what they were asked before.</summary>
    internal IReadOnlyList<string> Search(Secret secret)
    {
        Settle();
        IEnumerable<(string Title, int Id)> processes = _daemon.Children.Select(child => (child.Title, child.Id)).Append(("parent", _daemon.Id));
        KeySearch search = secret.Search();
        return [.. processes.SelectMany(process => search.In(process.Id).Select(found => $"{process.Title}: {found}"))];
    }

    /// <summary>As <see cref="Search"/>, while the auth process answers nobody.</summary>
    internal IReadOnlyList<string> SearchWhileAsked(Secret secret, string request, Action<Peer> then)
    {
        int auth = _daemon.ChildNamed("auth").Id, server = _daemon.ChildNamed("server 1").Id;
        using Peer peer = new(_place, 80);
        Daemon.Signal(auth, Libc.SIGSTOP);
        peer.Send(request);
        AskOpen();
        IReadOnlyList<string> found = secret.Search().In(server);
        then(peer);
        AskOpen();
        Daemon.Signal(auth, Libc.SIGCONT);
        return found;
    }

    // Who is asked in turn is done with what came before: the server with the first request, the auth process with the password of the second.
    private void Settle()
    {
        AskOpen();
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: test\r\nAuthorization: Basic eno6eQ==\r\n\r\n");
        _ = peer.Answer();
    }

    private void AskOpen()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /open/f HTTP/1.1\r\nHost: test\r\n\r\n");
        _ = peer.Answer();
    }

    private void Send(Action<string> send, params string[] pieces)
    {
        send(pieces[0]);
        foreach (string piece in pieces[1..])
        {
            AskOpen();
            send(piece);
        }
    }

    private static string Server(string listen) => $"server \"test\" {{\n\t{listen}\n\troot \"/htdocs\"\n\t{Lines}\n}}\n";

    /// <summary>A user with a password that is nowhere else.</summary>
    internal sealed record Secret(string User, string Password)
    {
        private const int Piece = 12;

        /// <summary>The value of the field.</summary>
        public string Credentials => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{Password}"));

        /// <summary>The field. What comes next to the same memory is shorter than what stands before it, and hides nothing of it.</summary>
        public string Field => $"User-Agent: {new string('u', 300)}\r\nAuthorization: Basic {Credentials}\r\n";

        /// <summary>Every second one is long.</summary>
        public static Secret Make(int number) =>
            new($"user{number}", Convert.ToHexString(RandomNumberGenerator.GetBytes((number % 2 == 0 ? LongPassword : 32) / 2)));

        public string Hash()
        {
            byte[] hash = new byte[PasswordHash.LongestHash];
            return Encoding.ASCII.GetString(hash, 0, new PasswordHash().Hash(Encoding.ASCII.GetBytes(Password), cost: 5, hash));
        }

        /// <summary>Looks for parts of the password and of its code: where memory was used again in part, the rest is still there.</summary>
        public KeySearch Search() => new KeySearch()
            .AddText("its beginning", Password[..Piece]).AddText("its end", Password[^Piece..])
            .AddText("its code's beginning", Credentials[Piece..(2 * Piece)]).AddText("its code's end", Credentials[^(2 * Piece)..^4]);
    }
}
