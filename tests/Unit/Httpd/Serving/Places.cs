using System.Net;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

namespace Sluice.Unit.Httpd.Serving;

/// <summary>Places as tests need them.</summary>
internal static class Places
{
    public static Place WithRoot(string root) => new(
        Servers.Named("test", new IPEndPoint(IPAddress.Loopback, 80)), new Settings { Root = root }, new(), 1, Existence.Any, 0);
}

/// <summary>Servers as tests need them.</summary>
internal static class Servers
{
    public static ListenAddress Listen { get; } = new(new IPEndPoint(IPAddress.Loopback, 80));

    public static ServedServer Plain { get; } = new(
        Named("plain", new IPEndPoint(IPAddress.Loopback, 80)), Places.WithRoot("/htdocs"), new LocationSelector([], []));

    public static Server Named(string name, params IPEndPoint[] listens) => new()
    {
        Name = new ServerName(name),
        Listens = [.. System.Linq.Enumerable.Select(listens, listen => new ListenAddress(listen))],
        Settings = new Settings(),
    };
}
