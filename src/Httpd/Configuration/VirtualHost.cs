using System.Collections.Generic;

namespace Sluice.Httpd.Configuration;

/// <summary>One name of a server on one of its addresses.</summary>
/// <param name="Server">Whose.</param>
/// <param name="Name">The name as written.</param>
/// <param name="Listen">The address.</param>
internal readonly record struct VirtualHost(Server Server, ServerName Name, ListenAddress Listen)
{
    /// <summary>The hosts of a server in the order in which requests try them: address by address, own name first.</summary>
    /// <param name="server">The server.</param>
    public static IEnumerable<VirtualHost> Expand(Server server)
    {
        for (int listen = 0; listen < server.Listens.Count; listen++)
        {
            yield return new VirtualHost(server, server.Name, server.Listens[listen]);
            for (int alias = 0; alias < server.Aliases.Count; alias++)
            {
                yield return new VirtualHost(server, server.Aliases[alias], server.Listens[listen]);
            }
        }
    }
}
