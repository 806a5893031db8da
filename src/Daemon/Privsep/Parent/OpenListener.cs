using System.Collections.Generic;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>What the parent keeps of one address that the daemon listens on.</summary>
/// <param name="Id">Never used twice in a daemon's life.</param>
/// <param name="Key">The key of its request.</param>
/// <param name="Place">Address and options in one text: as long as it is the same, the sockets stay.</param>
/// <param name="Address">Where it listens, with the port that the system chose where the request has none.</param>
/// <param name="Sockets">One for each worker, by its instance.</param>
internal sealed record OpenListener(
    int Id, string Key, string Place, SocketAddress Address, IReadOnlyList<ListenSocket> Sockets)
{
    /// <summary>The text by which sockets are compared.</summary>
    public static string PlaceOf(ListenRequest request) => $"{request.Address} {request.Options}";

    public void Close()
    {
        foreach (ListenSocket socket in Sockets)
        {
            socket.Dispose();
        }
    }
}
