using System;

using Sluice.Engine.Io;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>
/// A request and its answer, as a handler sees them (D-21): never a connection, so that another version of HTTP can drive the same
/// handlers. Used again for the next request of any connection; everything in it dies when the handler has returned.
/// </summary>
public sealed class Exchange
{
    private Peer? _named;
    private byte[] _user = [];

    internal Exchange(HttpEnvironment environment)
    {
        Body = new BodyReader(environment);
        Response = new ResponseWriter(environment);
    }

    /// <summary>The request's head.</summary>
    public RequestHead Head { get; } = new();

    /// <summary>The request's body; what is not read of it is read over, or ends the connection.</summary>
    public BodyReader Body { get; }

    /// <summary>The answer.</summary>
    public ResponseWriter Response { get; }

    /// <summary>What the access log will say.</summary>
    public AccessRecord Log { get; } = new();

    /// <summary>Who is served: the other end of the connection, unless whoever serves knows better and sets it.</summary>
    public Peer Peer
    {
        get => _named ?? Peer.OfSocket(Connection.Peer);
        set => _named = value;
    }

    /// <summary>The user whose password was verified (Basic, RFC 7617), as REMOTE_USER has it; empty for nobody, and then there is no
    /// AUTH_TYPE either. What a client only claims is in <see cref="AccessRecord.User"/>.</summary>
    public ReadOnlyMemory<byte> RemoteUser { get; private set; }

    /// <summary>This end of the connection; asked of the kernel once a connection.</summary>
    public SocketAddress Local => Connection.Local;

    /// <summary>Whether the client left, as far as was noticed: what it still sent is read, and nothing can follow. Only after the body.</summary>
    public bool HasClientLeft()
    {
        Fill fill = Connection.Input.IsEmpty ? Connection.TryFill() : Fill.More;
        return fill is Fill.End or Fill.Failed or Fill.Truncated;
    }

    /// <summary>Tells somebody once when the client ends its output or is gone; only after the body.</summary>
    /// <param name="watcher">Null to tell nobody.</param>
    /// <returns>True where that was noticed before: nobody will be told.</returns>
    public bool TellOfDeparture(Action? watcher) => Connection.TellOfDeparture(watcher);

    /// <summary>When the head was complete, in monotonic time of the loop.</summary>
    public TimeSpan Started { get; private set; }

    /// <summary>Why the request is not to be served; <see cref="RejectionStatus"/> has the answer.</summary>
    public Rejection Rejection { get; internal set; }

    /// <summary>Which request of its connection it is, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>What it came on.</summary>
    internal Connection Connection { get; private set; } = null!;

    /// <summary>Keeps the name that a client gives itself, for the log; empty for none.</summary>
    public void ClaimUser(ReadOnlySpan<byte> name)
    {
        if (_user.Length < name.Length)
        {
            _user = new byte[name.Length];
        }

        name.CopyTo(_user);
        Log.User = _user.AsMemory(0, name.Length);
    }

    /// <summary>The password of who claims to be a user was right.</summary>
    public void AdmitUser() => RemoteUser = Log.User;

    /// <summary>Begins with a request of a connection; its head is parsed.</summary>
    internal void Begin(Connection connection, int number, TimeSpan now)
    {
        Connection = connection;
        Number = number;
        Started = now;
        _named = null;
        RemoteUser = default;
        Log.Clear();
    }
}
