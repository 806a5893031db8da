using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Processes;

namespace Sluice.Httpd.Serving;

/// <summary>One generation of the configuration as a server process serves it; never changed but for its certificates.</summary>
internal sealed class ServedConfiguration
{
    private readonly Dictionary<string, ServedSocket> _sockets = new(StringComparer.Ordinal);
    private readonly MediaTypes<ServedType> _types = new();

    /// <summary>Makes the selectors of every socket.</summary>
    public ServedConfiguration(Worker worker, uint generation, HttpdConfiguration configuration)
    {
        Generation = generation;
        Servers = configuration.Servers;
        Logs = LogNames.Of(configuration);
        Receivers = NoticeReceivers.Of(configuration);
        Passwords = PasswordFiles.Of(configuration);
        TrustedProxies = Networks.SetOf(configuration.TrustedProxies);
        foreach (MediaTypeLine line in configuration.MediaTypes)
        {
            _types.Set(Bytes.Of(line.Extension), new ServedType(line.Type, line.CacheControl));
        }

        worker.Tls.BeginGeneration();
        Dictionary<Server, ServedServer> plain = new(ReferenceEqualityComparer.Instance);
        Dictionary<Server, ServedServer> secure = new(ReferenceEqualityComparer.Instance);
        foreach (SocketPlan plan in SocketPlan.Of(configuration))
        {
            ServedHost[] hosts = new ServedHost[plan.Hosts.Count];
            for (int index = 0; index < hosts.Length; index++)
            {
                VirtualHost host = plan.Hosts[index];
                MatchText name = new(host.Name.Kind, Bytes.Of(host.Name.Text));
                ServedServer server = plan.IsTls
                    ? Serve(worker, host.Server, UriScheme.Https, secure)
                    : Serve(worker, host.Server, UriScheme.Http, plain);
                hosts[index] = new ServedHost(name, host.Listen, server);
            }

            ServerSelector selector = new(plan.EndPoint.Port, hosts);
            _sockets.Add(plan.Key, new ServedSocket(worker, this, plan.Key, selector)
            {
                IsProxied = plan.IsProxied,
                Demands = Demands.Of(plan),
            });
        }

        ShowCertificates(configuration);
    }

    /// <summary>Which configuration it is; a later one has a higher number.</summary>
    public uint Generation { get; }

    /// <summary>The logs by number.</summary>
    public LogNames Logs { get; }

    /// <summary>Who is told of refused requests, by number.</summary>
    public NoticeReceivers Receivers { get; }

    /// <summary>The files of passwords, by number.</summary>
    public PasswordFiles Passwords { get; }

    /// <summary>Whose word about clients is believed; null for nobody's.</summary>
    public AddressSet? TrustedProxies { get; }

    /// <summary>The servers of all that are configured, in order.</summary>
    public IReadOnlyList<Server> Servers { get; }

    /// <summary>A socket by its key; null where this configuration does not have it.</summary>
    public ServedSocket? Find(string key) => _sockets.GetValueOrDefault(key);

    /// <summary>Each socket shows its clients the certificates of a configuration, in which nothing else has changed.</summary>
    public void ShowCertificates(HttpdConfiguration configuration)
    {
        foreach (SocketPlan plan in SocketPlan.Of(configuration))
        {
            _sockets[plan.Key].Show(plan);
        }
    }

    private ServedServer Serve(Worker worker, Server server, UriScheme scheme, Dictionary<Server, ServedServer> known)
    {
        if (!known.TryGetValue(server, out ServedServer? served))
        {
            served = Make(server, scheme);
            served.Attach(worker.Http);
            known.Add(server, served);
        }

        return served;
    }

    private ServedServer Make(Server server, UriScheme scheme)
    {
        MatchText[] paths = new MatchText[server.Locations.Count];
        Place[] places = new Place[server.Locations.Count];
        for (int index = 0; index < paths.Length; index++)
        {
            Location location = server.Locations[index];
            paths[index] = new MatchText(location.Kind, Bytes.Of(location.Path));
            places[index] = Place(server, location.Settings, location, scheme);
        }

        Place own = Place(server, server.Settings, location: null, scheme);
        return new ServedServer(server, own, new LocationSelector(paths, places));
    }

    private Place Place(Server server, Settings settings, Location? location, UriScheme scheme) =>
        new(server, settings, _types, Generation, location?.Existence ?? Existence.Any, Logs.NumberOf(settings.Log), scheme)
        {
            ErrorLog = Logs.NumberOfErrors(settings.Log),
            Notice = settings.NotifyOnBlock is { } notice ? NoticeTemplate.Of(notice, Receivers) : null,
            Guard = settings.Authentication is { } authentication
                ? new Guard(Generation, Passwords.NumberOf(authentication), authentication.Realm)
                : null,
            Clients = location?.From is { } from ? new ClientCondition(from) : null,
        };
}
