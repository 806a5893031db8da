using Sluice.Http.Messages;
using Sluice.Httpd.Processes;

namespace Sluice.Httpd.Serving;

/// <summary>A listening socket under one configuration.</summary>
/// <remarks>A session that began under it asks for the current one before each request (D-32). When a reload removes
/// the listener, its connections are served to their end by what was configured last.</remarks>
internal sealed class ServedSocket(Worker worker, ServedConfiguration configuration, string key, ServerSelector selector)
{
    /// <summary>The configuration.</summary>
    public uint Generation => configuration.Generation;

    /// <summary>Whether its connections begin with a PROXY header.</summary>
    public bool IsProxied { get; init; }

    /// <summary>Whose word about clients is believed; null for nobody's.</summary>
    public AddressSet? TrustedProxies => configuration.TrustedProxies;

    /// <summary>Its hosts.</summary>
    public ServerSelector Selector => selector;

    /// <summary>The same socket under the newest configuration that has it.</summary>
    public ServedSocket Current =>
        configuration == worker.Configuration ? this : worker.Configuration.Find(key) ?? this;
}
