using System;
using System.Globalization;
using System.IO;
using System.Linq;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>A daemon as it is started at boot, found again by the port that it listens on.</summary>
internal sealed class Background : IDisposable
{
    private readonly Place _place;
    private readonly string _filter;

    private Background(Place place, int port)
    {
        _place = place;
        _filter = string.Create(CultureInfo.InvariantCulture, $"sport = :{port}");
    }

    /// <summary>Starts it; the command must return 0 and say nothing.</summary>
    public static Background Start(Place place, string configuration, string program = "httpd", int port = 80)
    {
        (int status, _, string errors) = place.Call(Place.Program(program), "-f", configuration);
        Background started = new(place, port);
        if (status != 0 || errors.Length > 0)
        {
            started.Dispose();
            throw new XunitException($"{program} returned {status}: {errors}");
        }

        return started;
    }

    /// <summary>Sends a signal to the parent: that is the one which another of them has for it.</summary>
    public void Signal(int signal)
    {
        int[] all = Processes();
        int parent = all.First(id => all.Any(child => ParentOf(child) == id));
        _ = Libc.Kill(parent, signal);
    }

    public void Dispose()
    {
        foreach (int id in Processes())
        {
            _ = Libc.Kill(id, Libc.SIGTERM);
        }

        Await.Until(() => _place.Tool("ss", "-Hltn", _filter).Length == 0, "the daemon in the background ends");
    }

    private int[] Processes() =>
        [.. _place.Tool("ss", "-Hltnp", _filter).Split("pid=").Skip(1).Select(static word =>
            int.Parse(word.AsSpan(0, word.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture)).Distinct()];

    private static int ParentOf(int id)
    {
        string status = File.ReadAllText($"/proc/{id}/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
