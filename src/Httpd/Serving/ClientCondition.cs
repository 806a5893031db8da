using Sluice.Engine.Io;
using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary><c>from</c> or <c>not from</c> of a location: which clients it serves.</summary>
internal sealed class ClientCondition(ClientFilter filter)
{
    private readonly AddressSet? _networks = Networks.SetOf(filter.Networks);

    /// <summary>Whether the location serves the client.</summary>
    public bool Holds(in SocketAddress client) => (_networks?.Contains(client) ?? false) != filter.Not;
}
