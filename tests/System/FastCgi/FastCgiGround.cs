using System;
using System.Linq;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

namespace Sluice.System.FastCgi;

/// <summary>httpd in front of a responder, on port 80.</summary>
internal sealed class FastCgiGround : IDisposable
{
    /// <summary>How a location names the responder's socket.</summary>
    public const string Socket = "fastcgi socket \"/run/app.sock\"";

    public FastCgiGround(Action<Request> serve, string lines = "")
    {
        Site = new Site(Place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer($"log style common\n\tlog access \"access.log\"\n\t{lines}\n\tlocation \"/f\" {{ no fastcgi }}\n\t{Socket}");
        Responder = Responder.Start(Site, serve);
        Daemon = Daemon.Start(Place, Site.Configuration);
    }

    public Place Place { get; } = new();

    public Site Site { get; }

    public Responder Responder { get; private set; }

    public Daemon Daemon { get; }

    public Child Server => Daemon.ChildNamed("server 1");

    public Client Connect() => new(Place);

    public Answer Get(string path = "/", string fields = "") => Client.Get(Place, path, fields);

    /// <summary>Waits for a line of the error log that names the server and this client.</summary>
    public string AwaitComplaint(Client client)
    {
        Regex line = new($"server test, client .*127\\.0\\.0\\.1:{client.Port} -> .*, /[^ ]*: [^ ]", RegexOptions.None, TimeSpan.FromSeconds(1));
        string? found = null;
        Await.Until(
            () => (found = Daemon.Said.FirstOrDefault(line.IsMatch)) is not null,
            Await.Usual,
            () => $"a line names the server, 127.0.0.1:{client.Port} and what is wrong: {Daemon.Words()}");
        return found!;
    }

    /// <summary>Another application on the same socket.</summary>
    public void Restart(Action<Request> serve) => Responder = Responder.Start(Site, serve);

    /// <summary>What needs no application is served as ever, by the same process.</summary>
    public bool ServesFiles() => Get("/f").ToString() is "200 f" && Server.Lives;

    public void Dispose()
    {
        Daemon.Dispose();
        Responder.Dispose();
        Place.Dispose();
    }
}
