using System;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Http;

/// <summary>A server of one handler and a client that sends, ends its output, and reads all that comes.</summary>
internal sealed class HttpRun : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly HttpEnvironment _environment;

    public HttpRun()
        : this(HttpLimits.Default)
    {
    }

    public HttpRun(HttpLimits limits)
    {
        _environment = new HttpEnvironment(_run.Loop, limits);
    }

    /// <summary>The loop that it runs on.</summary>
    public EventLoop Loop => _run.Loop;

    /// <summary>Serves a request that is not rejected; by default with a short text.</summary>
    public Func<Exchange, ValueTask<Outcome>> Serve { get; set; } = exchange => exchange.Response.Send(200, "hello"u8.ToArray());

    /// <summary>What a client gets for a message after which it ends its output; the date left out.</summary>
    public string Answer(string message) => Answer(message, client =>
    {
        client.ShutdownOutput();
        return ValueTask.CompletedTask;
    });

    /// <summary>What a client gets that says nothing more, and lets two minutes pass.</summary>
    public string AnswerAfterSilence(string message) => Answer(message, async _ =>
    {
        const int Seconds = 120;
        for (int second = 0; second < Seconds; second++)
        {
            await _run.Pass(TimeSpan.FromSeconds(1));
        }
    });

    public void Dispose() => _run.Dispose();

    private string Answer(string message, Func<Connection, ValueTask> sent)
    {
        StringBuilder answer = new();
        using ListenSocket socket = ListenSocket.Open(SocketAddress.FromIp([127, 0, 0, 1], 0), new ListenOptions(), out _)!;
        Listener listener = new(_run.Loop, socket.Release(), Session, new ListenerOptions());
        _run.Run(async () =>
        {
            ConnectResult connected = await Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromHours(1)));
            Connection client = connected.Connection!;
            _run.Loop.Spawn(() => Collect(client, answer));
            _ = await client.Flush(Encoding.Latin1.GetBytes(message));
            await sent(client);
            while (!client.IsClosed)
            {
                await _run.Loop.NextTurn();
            }

            listener.Close();
        });
        return answer.ToString().Replace("Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n", "", StringComparison.Ordinal);
    }

    private static async ValueTask Collect(Connection client, StringBuilder answer)
    {
        while (true)
        {
            Fill fill = client.TryFill();
            answer.Append(Encoding.Latin1.GetString(client.Input));
            client.Consume(client.Input.Length);
            if (fill is Fill.End or Fill.Failed || (fill == Fill.Again && await client.Readable() != Wake.Ready))
            {
                client.Close();
                return;
            }
        }
    }

    private async ValueTask Session(Connection connection)
    {
        HttpConnection http = new(_environment) { RequestTimeout = _run.Loop.Timeouts(TimeSpan.FromSeconds(60)) };
        http.Open(connection);
        HeadResult result;
        do
        {
            result = await http.ReadHead();
            if (result == HeadResult.Request)
            {
                _ = await Serve(http.Exchange);
            }
            else if (result == HeadResult.Rejected)
            {
                Exchange exchange = http.Exchange;
                RejectionAnswer answer = RejectionStatus.Of(exchange.Rejection);
                exchange.Response.Continuation = answer.Continuation == Continuation.Close ? Continuation.Close : exchange.Response.Continuation;
                _ = await exchange.Response.SendPage(answer.Status, "no"u8.ToArray());
            }
        }
        while (result != HeadResult.Closed && await http.EndExchange() == Continuation.Keep);
        await http.Close();
    }
}
