using System;

using Sluice.Engine.Loop;
using Sluice.Http;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>How the URIs of a server begin.</summary>
internal enum UriScheme
{
    /// <summary>Clients speak plain HTTP.</summary>
    Http,

    /// <summary>They speak it over TLS.</summary>
    Https,
}

/// <summary>A server as its requests are served: its limits and the places that paths lead to.</summary>
/// <remarks>One that has listeners with and without TLS is two: their answers differ (H-HTTP-46).</remarks>
internal sealed class ServedServer(Server server, Place place, LocationSelector locations)
{
    /// <summary>How its URIs begin.</summary>
    public UriScheme Scheme => place.Scheme;

    /// <summary>How long a client may be idle, and how long the head of a request may take; null for ever.</summary>
    public DeadlineQueue? RequestTimeout { get; private set; }

    /// <summary>How long an application may take for anything (H-FCGI-12); null for ever.</summary>
    public DeadlineQueue? ApplicationTimeout { get; private set; }

    /// <summary>How fast a client has to take answers (H-LIMIT-05).</summary>
    public Pace Pace { get; private set; }

    /// <summary>How fast a client has to send bodies (H-LIMIT-04).</summary>
    public Pace BodyPace { get; private set; }

    /// <summary>Requests of a connection; none may follow the last.</summary>
    public long MaxRequests { get; } = server.Limits.MaxRequests ?? long.MaxValue;

    /// <summary>The settings of paths that no location has.</summary>
    public Place Place => place;

    /// <summary>The locations in order.</summary>
    public LocationSelector Locations => locations;

    /// <summary>Limits of a connection.</summary>
    public ConnectionLimits Limits => server.Limits;

    /// <summary>Makes it ready to serve in a process.</summary>
    public void Attach(HttpEnvironment http)
    {
        RequestTimeout = Limits.RequestTimeout > TimeSpan.Zero ? http.Loop.Timeouts(Limits.RequestTimeout) : null;
        ApplicationTimeout = Limits.Timeout > TimeSpan.Zero ? http.Loop.Timeouts(Limits.Timeout) : null;
        BodyPace = http.PaceWithin(Limits.RequestTimeout);
        Pace = http.PaceWithin(Limits.Timeout);
    }
}
