using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Microsoft.Win32.SafeHandles;

using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>Tells children what they need to know of a configuration: each its own part, and no more.</summary>
/// <param name="roles">All of the program.</param>
/// <param name="state">What is kept over configurations.</param>
internal sealed class Briefing(RoleTable roles, DaemonState state)
{
    /// <summary>On disk, unlike /tmp on many systems (hier(7)).</summary>
    private const string SpoolDirectory = "/var/tmp";

    private const int MostListenersAtOnce = 200;

    /// <summary>How often <c>-v</c> counts as given, for processes that begin from now on.</summary>
    public int Verbosity { get; set; }

    /// <summary>A process that has nothing yet: who it is and all of its part, but its peers.</summary>
    /// <param name="child">It has said hello.</param>
    /// <param name="user">The account of its role.</param>
    /// <param name="root">Its root directory.</param>
    /// <param name="running">The configuration in use.</param>
    public void Begin(Child child, User user, string root, RunningConfiguration running)
    {
        Preparation preparation = running.PreparationOf(child.Role);
        child.Assign(new Assignment(running.Generation, root, user.UserId, user.GroupId, Verbosity, preparation));
        OfferAreas(child, running);
        OfferDescriptors(child, running);
        OfferListeners(child, running);
        OfferLogFiles(child, running, LogFileMoment.WithConfiguration);
        Tell(child, running);
    }

    /// <summary>A process that works by an earlier configuration: what is new.</summary>
    public static void Change(Child child, RunningConfiguration running)
    {
        if (!child.IsLeaving)
        {
            OfferListeners(child, running);
        }

        OfferDescriptors(child, running);
        OfferLogFiles(child, running, LogFileMoment.WithConfiguration);
        Tell(child, running);
        Commit(child, running);
    }

    /// <summary>The log files were opened anew.</summary>
    public static void ChangeLogFiles(Child child, RunningConfiguration running) => OfferLogFiles(child, running, LogFileMoment.Now);

    /// <summary>The supplement of the child's role, if it has one, was made anew.</summary>
    public static void Tell(Child child, RunningConfiguration running)
    {
        if (running.Loaded.Supplement is { } supplement && string.Equals(supplement.Role, child.Role.Name, StringComparison.Ordinal))
        {
            child.Send(new News(running.Generation, running.News));
        }
    }

    /// <summary>Opens a file to keep bytes in.</summary>
    public static void AnswerSpool(Child child, RunningConfiguration running)
    {
        Errno error = SpoolFile.Create(SpoolDirectory, out SpoolFile? opened);
        using SpoolFile? file = opened;
        SpoolAnswer answer = new(running.Generation, error);
        if (file is null)
        {
            child.Send(answer);
        }
        else
        {
            child.Send(answer, file.Descriptor);
        }
    }

    /// <summary>Makes sockets that may have others' addresses, where the configuration lets the role have any.</summary>
    /// <returns>False for what the child must not ask.</returns>
    public static bool Answer(Child child, SocketsRequest request, RunningConfiguration running)
    {
        if (!string.Equals(running.Loaded.TransparentRole, child.Role.Name, StringComparison.Ordinal))
        {
            // It may have asked before it heard that there are none any more.
            return request.Generation < running.Generation;
        }

        IReadOnlyList<KeptSocket> sockets = TransparentSocket.Open(request.Kind, request.Count, out Errno error);
        child.Send(
            new SocketsAnswer(running.Generation, request.Kind, sockets.Count > 0 ? Errno.None : error), [.. sockets.Select(static socket => socket.Descriptor)]);
        foreach (KeptSocket socket in sockets)
        {
            socket.Dispose();
        }

        return true;
    }

    /// <summary>
    /// Connects to the service that a child may have. What was asked under another configuration is passed over: the child hears of this one, and asks
    /// anew. So it never takes a connection for that of another service, and no answer comes that it does not wait for.
    /// </summary>
    /// <returns>False for what the child must not ask.</returns>
    public static bool Answer(Child child, ConnectRequest request, RunningConfiguration running)
    {
        if (request.Generation != running.Generation || running.Loaded.Service is not { } service
            || !string.Equals(service.Role, child.Role.Name, StringComparison.Ordinal))
        {
            return request.Generation < running.Generation;
        }

        Errno error = Connector.Open(SocketAddress.FromUnix(Encoding.Latin1.GetBytes(service.Path)), out KeptSocket? opened);
        using KeptSocket? socket = opened;
        child.Send(new ConnectAnswer(request.Generation, error), socket is null ? [] : [socket.Descriptor]);
        return true;
    }

    /// <summary>Opens a file that a child may have. One of another configuration is passed over: the child hears of this one, and asks anew.</summary>
    /// <returns>False for what the child must not ask.</returns>
    public static bool Answer(Child child, FileRequest request, RunningConfiguration running)
    {
        if (running.Loaded.Files is not { } files || !string.Equals(files.Role, child.Role.Name, StringComparison.Ordinal))
        {
            // It may have asked before it heard that there are none any more.
            return request.Generation < running.Generation;
        }

        if (request.Generation != running.Generation)
        {
            return request.Generation < running.Generation;
        }

        if (request.Index >= files.Paths.Count)
        {
            return false;
        }

        Errno error = Files.OpenBelow(running.Root, files.Paths[request.Index].Span, out OpenFile? opened);
        using OpenFile? file = opened;
        FileAnswer answer = new(request.Generation, request.Index, error);
        if (file is null)
        {
            child.Send(answer);
        }
        else
        {
            child.Send(answer, file.Descriptor);
        }

        return true;
    }

    /// <summary>All was offered: the configuration comes into use.</summary>
    public static void Commit(Child child, RunningConfiguration running)
    {
        child.Send(new Commit(running.Generation, ListenersOf(child, running)), running.Loaded.Payloads[child.Role.Name].Descriptor);
        child.ToldGeneration = running.Generation;
    }

    /// <summary>
    /// A process whose successor works: it leaves when it has no connections any more, and these take the configuration in use. The listeners are
    /// the successor's before it knows what they are for now, which it could perhaps not do.
    /// </summary>
    public static void Leave(Child child, RunningConfiguration running)
    {
        child.Send(new Leave(running.Generation, ListenersOf(child, running)));
        child.IsLeaving = true;
        child.OfferedListeners = 0;
        Change(child, running);
    }

    private static int[] ListenersOf(Child child, RunningConfiguration running) => child.Role.Listeners == ListenerUse.Accepts
        ? [.. running.Listeners.Select(listener => listener.Id).Where(id => id <= child.OfferedListeners)]
        : [];

    private static void OfferListeners(Child child, RunningConfiguration running)
    {
        if (child.Role.Listeners == ListenerUse.None)
        {
            return;
        }

        foreach (OpenListener[] some in running.Listeners
            .Where(listener => listener.Id > child.OfferedListeners).Chunk(MostListenersAtOnce))
        {
            int[] descriptors = Array.ConvertAll(some, listener => listener.Sockets[child.Instance].Descriptor);
            child.Send(
                new ListenerOffer(running.Generation, Array.ConvertAll(some, listener => new OfferedListener(listener.Id, listener.Key))),
                descriptors);
        }

        child.OfferedListeners = running.Listeners.Select(listener => listener.Id).DefaultIfEmpty(child.OfferedListeners).Max();
    }

    private void OfferAreas(Child child, RunningConfiguration running)
    {
        if (child.Role.Writes is { } area)
        {
            SharedPages pages = state.Areas.Find(area, child.Instance);
            child.Send(new AreaOffer(running.Generation, new AreaKey(area.Name, child.Instance), pages.Count, PageAccess.ReadAndWrite), pages.Descriptor);
        }

        foreach (string name in child.Role.Reads)
        {
            Role writer = roles.WriterOf(name)!;
            int instances = writer.Instances == Instances.Prefork ? state.Prefork : 1;
            for (int instance = 0; instance < instances; instance++)
            {
                SharedPages pages = state.Areas.Find(writer.Writes!, instance);
                using SafeFileHandle readable = new(pages.OpenForReaders(), ownsHandle: true);
                child.Send(
                    new AreaOffer(running.Generation, new AreaKey(name, instance), pages.Count, PageAccess.Read), (int)readable.DangerousGetHandle());
            }
        }
    }

    private static void OfferDescriptors(Child child, RunningConfiguration running)
    {
        DescriptorRequest[] requests =
            [.. running.Loaded.Descriptors.Where(request => string.Equals(request.Role, child.Role.Name, StringComparison.Ordinal))];
        child.OfferedDescriptors.IntersectWith(requests.Select(request => request.Name));
        foreach (DescriptorRequest request in requests.Where(request => child.OfferedDescriptors.Add(request.Name)))
        {
            child.Send(new DescriptorOffer(running.Generation, request.Name), running.Descriptors[request.Name].Descriptor);
        }
    }

    private static void OfferLogFiles(Child child, RunningConfiguration running, LogFileMoment moment)
    {
        if (child.Role.LogFiles == LogFileUse.None)
        {
            return;
        }

        int missing = running.LogFiles.Count;
        foreach (AppendFile[] some in running.LogFiles.Chunk(Channel.MostDescriptors))
        {
            missing -= some.Length;
            child.Send(new LogFileOffer(running.Generation, moment, missing), Array.ConvertAll(some, file => file.Descriptor));
        }
    }
}
