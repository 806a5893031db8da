using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;

namespace Sluice.System.Ground;

/// <summary>The system's logger of a place: /dev/log, and what came there.</summary>
internal sealed class SystemLogger : IDisposable
{
    private readonly Place _place;
    private readonly List<string> _received = [];
    private Socket? _socket;

    public SystemLogger(Place place)
    {
        // Nothing of the machine's own /dev changes: a layer of the place's lies over it.
        _place = place;
        string scratch = Path.Combine(place.Folder, "layer");
        Directory.CreateDirectory(scratch);
        place.Tool("mount", "-t", "tmpfs", "layer", scratch);
        place.Tool("mkdir", scratch + "/dev", scratch + "/work");
        place.Tool("mount", "-t", "overlay", "-o", $"lowerdir=/dev,upperdir={scratch}/dev,workdir={scratch}/work", "dev", "/dev");
        Begin();
    }

    /// <summary>Listens, again after <see cref="Leave"/>.</summary>
    public void Begin() => _socket = _place.Run(static () =>
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint("/dev/log"));
        return socket;
    });

    /// <summary>As one that was stopped by the service manager: there is no socket.</summary>
    public void Leave()
    {
        _socket?.Dispose();
        _socket = null;
        _place.Tool("rm", "/dev/log");
    }

    /// <summary>Reads until there is a line that contains the text; nothing is read otherwise, as by a logger that stands still.</summary>
    public string AwaitLine(string part)
    {
        string? found = null;
        Await.Until(
            () =>
            {
                Receive();
                return (found = _received.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal))) is not null;
            },
            Await.Usual,
            () => $"the system's logger has a line with '{part}': {string.Join(" / ", _received.TakeLast(12))}");
        return found!;
    }

    public void Dispose() => _socket?.Dispose();

    private void Receive()
    {
        byte[] line = new byte[8192];
        while (_socket!.Poll(0, SelectMode.SelectRead))
        {
            _received.Add(Encoding.Latin1.GetString(line, 0, _socket.Receive(line)));
        }
    }
}
