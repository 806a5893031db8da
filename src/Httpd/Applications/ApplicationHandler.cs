using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.FastCgi;
using Sluice.Http.Messages;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>Says a line of the error log about a request.</summary>
/// <param name="exchange">The request.</param>
/// <param name="place">Whose error log it is.</param>
/// <param name="text">Any bytes; they are encoded.</param>
internal delegate void SayFailure(Exchange exchange, Place place, ReadOnlySpan<byte> text);

/// <summary>Hands requests to applications that speak FastCGI, and their answers to the clients. One a process.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="pages">The pages of errors.</param>
/// <param name="files">Says where the script ends in a path.</param>
/// <param name="spools">Where bodies of unknown length are kept.</param>
/// <param name="say">Says what went wrong.</param>
internal sealed class ApplicationHandler(EventLoop loop, FileHandler pages, FileCache files, SpoolFiles spools, SayFailure say)
{
    private const int MostSpare = 256;

    /// <summary>This process's share of the pipes that one user may have at that size (D-15), for the 32 processes that there may be.</summary>
    private const int MostPipes = 240 / 32;

    private readonly Dictionary<SocketAddress, ApplicationPool> _pools = [];
    private readonly Stack<ApplicationRequest> _spare = new();

    /// <summary>The loop of the process.</summary>
    public EventLoop Loop => loop;

    /// <summary>The pages of errors.</summary>
    public FileHandler Pages => pages;

    /// <summary>Where bodies of unknown length are kept.</summary>
    public SpoolFiles Spools => spools;

    /// <summary>Carries long answers.</summary>
    public PipePool Pipes { get; } = new(MostPipes);

    /// <summary>Writes what applications are told.</summary>
    public RequestParameters Parameters { get; } = new(files);

    /// <summary>How long an application may take to accept where the configuration has no limit: the kernel's own is about that.</summary>
    public DeadlineQueue LongestConnect { get; } = loop.Timeouts(TimeSpan.FromMinutes(2));

    /// <summary>How long a head waits for the beginning of its body, to leave with it.</summary>
    public DeadlineQueue HeadPause { get; } = loop.Timeouts(TimeSpan.FromMilliseconds(20));

    /// <summary>How long the end of a request is waited for when its answer was whole already.</summary>
    public DeadlineQueue EndPause { get; } = loop.Timeouts(TimeSpan.FromSeconds(1));

    /// <summary>Hands a request to the application of a place.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="place">Where it is served; it has an application.</param>
    /// <param name="host">Who is asked.</param>
    /// <param name="path">The canonical path after a rewrite, and with the name of an index file.</param>
    /// <param name="query">The query after a rewrite.</param>
    public ValueTask<Outcome> Serve(Exchange exchange, Place place, ServedHost host, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        ApplicationRequest request = _spare.TryPop(out ApplicationRequest? spare) ? spare : new ApplicationRequest(this);
        RequestWriter writer = request.Writer;
        writer.Begin(ApplicationRequest.PersistenceOf(exchange));
        Parameters.Write(writer, exchange, place, host, path, query);
        if (exchange.Body.Kind != BodyKind.Chunked)
        {
            writer.End();
        }

        if (!writer.IsComplete)
        {
            Return(request);
            Fail(exchange, place, "a field of the request is too long for the application");
            return SendPage(exchange, place, StatusCode.InternalServerError);
        }

        exchange.Log.Place = place;
        return request.Serve(exchange, place, host.Server.ApplicationTimeout, PoolOf(place.Application!.Address));
    }

    /// <summary>Takes back what served a request.</summary>
    public void Return(ApplicationRequest request)
    {
        if (_spare.Count < MostSpare)
        {
            _spare.Push(request);
        }
    }

    /// <summary>Answers with the page of a status.</summary>
    public ValueTask<Outcome> SendPage(Exchange exchange, Place place, int status) => pages.SendPage(exchange, place, status);

    /// <summary>Says why a request failed.</summary>
    public void Fail(Exchange exchange, Place place, string reason) => Say(exchange, place, Encoding.ASCII.GetBytes(reason));

    /// <summary>Says what an application said.</summary>
    public void Say(Exchange exchange, Place place, ReadOnlySpan<byte> text) => say(exchange, place, text);

    private ApplicationPool PoolOf(SocketAddress address)
    {
        if (!_pools.TryGetValue(address, out ApplicationPool? pool))
        {
            pool = new ApplicationPool(loop, address);
            _pools.Add(address, pool);
        }

        return pool;
    }
}
