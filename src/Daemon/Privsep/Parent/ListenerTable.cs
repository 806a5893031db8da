using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>What a configuration changes about the listeners; nothing of it is in use before it is committed.</summary>
/// <param name="Listeners">All of the new configuration.</param>
/// <param name="Added">Those of them that were opened for it.</param>
/// <param name="Removed">Those that it does not have any more.</param>
internal sealed record ListenerChange(
    IReadOnlyList<OpenListener> Listeners, IReadOnlyList<OpenListener> Added, IReadOnlyList<OpenListener> Removed)
{
    /// <summary>Closes what was opened for a configuration that does not come into use after all.</summary>
    public void Abandon()
    {
        foreach (OpenListener listener in Added)
        {
            listener.Close();
        }
    }
}

/// <summary>Opens listeners in the parent, and keeps those that the next configuration has too.</summary>
/// <param name="state">Where they are kept.</param>
internal sealed class ListenerTable(DaemonState state)
{
    // Removed, but workers answer their queues still and so are on these addresses.
    private readonly List<OpenListener> _retiring = [];

    /// <summary>Opens what the requests need and is not open yet.</summary>
    /// <param name="requests">Those of the new configuration.</param>
    /// <param name="warnings">Gets a line for each address that is not here yet.</param>
    /// <param name="failure">What went wrong, for the operator; nothing was changed then.</param>
    public ListenerChange? Prepare(IReadOnlyList<ListenRequest> requests, ICollection<string> warnings, out string failure)
    {
        List<OpenListener> all = [];
        List<OpenListener> added = [];
        foreach (ListenRequest request in requests)
        {
            if (Find(request) is { } open)
            {
                all.Add(open);
                continue;
            }

            if (Open(request, [.. state.Listeners, .. _retiring, .. added], warnings, out failure) is not { } opened)
            {
                new ListenerChange(all, added, []).Abandon();
                return null;
            }

            added.Add(opened);
            all.Add(opened);
        }

        failure = "";
        return new ListenerChange(all, added, [.. state.Listeners.Except(all)]);
    }

    /// <summary>The new configuration comes into use. What it removed stays open until <see cref="Close"/>.</summary>
    public void Commit(ListenerChange change)
    {
        state.Listeners = change.Listeners;
        _retiring.AddRange(change.Removed);
    }

    /// <summary>
    /// Closes what a configuration removed, once all workers retire it. The end of a worker's retirement must be the
    /// end of the socket: one that nobody accepts from, but which the parent holds, would be given connections still.
    /// </summary>
    public static void Close(IReadOnlyList<OpenListener> removed)
    {
        foreach (OpenListener listener in removed)
        {
            listener.Close();
        }
    }

    /// <summary>No worker holds it any more.</summary>
    public void Forget(IReadOnlyList<OpenListener> removed) => _retiring.RemoveAll(removed.Contains);

    private OpenListener? Find(ListenRequest request) => state.Listeners.FirstOrDefault(listener =>
        string.Equals(listener.Key, request.Key, StringComparison.Ordinal)
        && string.Equals(listener.Place, OpenListener.PlaceOf(request), StringComparison.Ordinal));

    private OpenListener? Open(
        ListenRequest request, IReadOnlyList<OpenListener> ours, ICollection<string> warnings, out string failure)
    {
        failure = "";
        Neighbours neighbours = ours.Any(listener => Overlap(listener, request)) ? Neighbours.Ours : Neighbours.None;
        IReadOnlyList<ListenSocket> sockets =
            ListenSocket.Open(request.Address, request.Options, state.Prefork, neighbours, out ListenFailure reason);
        if (sockets.Count == 0)
        {
            failure = Describe(request, reason);
            return null;
        }

        if (!sockets[0].IsAddressHere)
        {
            warnings.Add($"{request.Address} is no address of this host; what is sent there will come when it is");
        }

        return new OpenListener(
            state.NextListenerId++, request.Key, OpenListener.PlaceOf(request), sockets[0].Address, sockets);
    }

    // Whether a socket on the one keeps us from finding out whether somebody else is on the other.
    private static bool Overlap(OpenListener listener, ListenRequest request)
    {
        SocketAddress one = listener.Address;
        SocketAddress other = request.Address;
        return listener.Sockets[0].Kind == request.Options.Kind && one.Kind == other.Kind && one.Port == other.Port
            && (one == other || one.IsWildcard || other.IsWildcard);
    }

    private static string Describe(ListenRequest request, ListenFailure failure) => Describe(request.Address, request.Options.Kind, failure);

    private static string Describe(SocketAddress address, ListenKind kind, ListenFailure failure) => failure.Error switch
    {
        Errno.AddressInUse =>
            $"cannot listen on {address}: {failure.Error.Describe()} by another program, which 'ss {(kind == ListenKind.Datagram ? "-lunp" : "-ltnp")} sport = :{address.Port}' shows: " +
            "stop it, or choose another port",
        Errno.NotPermitted => $"cannot listen on {address}: {failure.Call}: {failure.Error.Describe()}: what was sent to others may be taken with CAP_NET_ADMIN or CAP_NET_RAW alone (CapabilityBoundingSet= of the unit)",
        Errno.AccessDenied => $"cannot listen on {address}: {failure.Error.Describe()}",
        Errno.DescriptorsExhausted => $"cannot listen on {address}: too many open files; raise the limit (LimitNOFILE= of the unit, or ulimit -n)",
        _ => $"cannot listen on {address}: {failure.Call}: {failure.Error.Describe()}",
    };
}
