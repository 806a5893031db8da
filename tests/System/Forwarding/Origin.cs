using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

using Sluice.System.Ground;

namespace Sluice.System.Forwarding;

/// <summary>What an origin does behind an answer.</summary>
internal enum Afterwards
{
    /// <summary>Reads on.</summary>
    Keep,

    /// <summary>Ends its output, and reads what still comes.</summary>
    Close,

    /// <summary>Resets the connection.</summary>
    Reset,
}

/// <summary>What an origin sends.</summary>
/// <param name="Bytes">A character each.</param>
/// <param name="Afterwards">What it does then.</param>
internal readonly record struct Answer(string Bytes, Afterwards Afterwards);

/// <summary>A host behind a relay that keeps every byte it gets, reads it strictly, and answers each whole request by a script.</summary>
internal sealed class Origin : IDisposable
{
    public const int Port = 8080;

    private readonly Func<Message, Answer> _script;
    private readonly Lock _guard = new();
    private readonly List<Visit> _visits = [];
    private readonly List<(Visit Visit, string Text)> _pieces = [];
    private readonly Socket _listener;

    public Origin(Place place, string address, Func<Message, Answer> script)
    {
        _script = script;
        _listener = place.Socket(AddressFamily.InterNetwork);
        _listener.Bind(new IPEndPoint(IPAddress.Parse(address), Port));
        _listener.Listen(512);
        new Thread(Accept) { IsBackground = true, Name = $"origin {address}" }.Start();
    }

    /// <summary>All connections so far that brought something, in the order in which they came.</summary>
    public IReadOnlyList<Visit> Visits
    {
        get
        {
            lock (_guard)
            {
                return [.. _visits.Where(static visit => visit.Received.Length > 0)];
            }
        }
    }

    /// <summary>All connections since the last call, in the order in which they came, once all of them have ended.</summary>
    /// <param name="last">What the last of them brings, which is left out.</param>
    public IReadOnlyList<Visit> TakeVisits(string last)
    {
        string line = last.Split('\r')[0];
        List<Visit> visits = [];
        Await.Until(
            () =>
            {
                lock (_guard)
                {
                    visits = [.. _visits];
                    if (visits is [] || !visits[^1].Received.StartsWith(line, StringComparison.Ordinal) || visits.Exists(static visit => !visit.HasEnded))
                    {
                        return false;
                    }

                    _visits.Clear();
                    visits.RemoveAt(visits.Count - 1);
                    return true;
                }
            },
            Await.Usual,
            () => $"the relay closes its connections: {string.Join(" / ", visits.Where(visit => !visit.HasEnded).Select(visit => visit.Received))}");
        return visits;
    }

    /// <summary>All that came since the last call over connections that are shared by clients, in the order in which it came: neighbours on one connection are one
    /// visit. Each connection has ended by then, or is at rest between two messages.</summary>
    /// <param name="last">The message that is sent last, which is left out. What was sent before it over other connections may be received later.</param>
    public IReadOnlyList<Visit> TakeRuns(string last)
    {
        string line = last.Split('\r')[0];
        List<(Visit Visit, string Text)> pieces = [];
        Await.Until(
            () =>
            {
                lock (_guard)
                {
                    pieces = [.. _pieces];
                    int index = pieces.FindLastIndex(piece => piece.Text.StartsWith(line, StringComparison.Ordinal));
                    if (index < 0 || HasMore)
                    {
                        return false;
                    }

                    _pieces.Clear();
                    _ = _visits.RemoveAll(static visit => visit.HasEnded);
                    pieces.RemoveAt(index);
                    return true;
                }
            },
            Await.Usual,
            () => $"the last message comes: {string.Concat(pieces.TakeLast(4).Select(static piece => piece.Text))}");
        List<Visit> runs = [];
        Visit? before = null;
        foreach ((Visit visit, string text) in pieces)
        {
            if (visit != before)
            {
                runs.Add(new Visit(visit.Socket));
                before = visit;
            }

            runs[^1].Add(text);
        }

        return runs;
    }

    /// <summary>Whether a connection has brought this at its beginning.</summary>
    public bool HasVisit(string beginning)
    {
        lock (_guard)
        {
            return _visits.Exists(visit => visit.Received.StartsWith(beginning, StringComparison.Ordinal));
        }
    }

    /// <summary>Sends something over the last connection that nobody asked for.</summary>
    public void Say(string bytes)
    {
        lock (_guard)
        {
            _visits[^1].Socket.Send(Encoding.Latin1.GetBytes(bytes));
        }
    }

    public void Dispose() => _listener.Dispose();

    // Whether anything has come, or must still come, that was not received; under the guard.
    private bool HasMore => _listener.Poll(0, SelectMode.SelectRead)
        || _visits.Exists(static visit => !visit.HasEnded && (!visit.IsAtRest || visit.Socket.Poll(0, SelectMode.SelectRead)));

    private void Accept()
    {
        try
        {
            while (_listener.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead))
            {
                Visit visit;
                lock (_guard)
                {
                    Socket socket = _listener.Accept();
                    socket.NoDelay = true;
                    visit = new Visit(socket);
                    _visits.Add(visit);
                }

                _ = Task.Run(() => Serve(visit.Socket, visit));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket socket, Visit visit)
    {
        try
        {
            byte[] block = new byte[64 * 1024];
            int answered = 0;
            string unanswered = "";
            Afterwards afterwards = Afterwards.Keep;
            while (socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead))
            {
                // What was received is known to whoever asks, or still to be received.
                IReadOnlyList<Message> messages;
                lock (_guard)
                {
                    int count = socket.Receive(block);
                    if (count == 0)
                    {
                        break;
                    }

                    string piece = Encoding.Latin1.GetString(block, 0, count);
                    unanswered += piece;
                    Reading reading = Reader.Requests(unanswered, Form.Sent);
                    messages = reading.Messages;
                    visit.Add(piece);
                    visit.IsAtRest = reading.Rest.Length == 0;
                    _pieces.Add((visit, piece));
                }

                while (answered < messages.Count && afterwards == Afterwards.Keep)
                {
                    (string bytes, afterwards) = _script(messages[answered++]);
                    socket.Send(Encoding.Latin1.GetBytes(bytes ?? ""));
                    if (afterwards == Afterwards.Close)
                    {
                        socket.Shutdown(SocketShutdown.Send);
                    }
                }

                if (visit.IsAtRest)
                {
                    (unanswered, answered) = ("", 0);
                }

                if (afterwards == Afterwards.Reset)
                {
                    End(visit);
                    socket.Close(timeout: 0);
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The relay has reset it, which is an end as well.
        }

        End(visit);
        socket.Dispose();
    }

    // Nobody looks at its socket any more.
    private void End(Visit visit)
    {
        lock (_guard)
        {
            visit.End();
        }
    }
}

/// <summary>One connection to an origin.</summary>
internal sealed class Visit(Socket socket)
{
    private readonly Lock _guard = new();
    private readonly StringBuilder _received = new();
    private bool _hasEnded;

    public Socket Socket => socket;

    /// <summary>All that came so far.</summary>
    public string Received
    {
        get
        {
            lock (_guard)
            {
                return _received.ToString();
            }
        }
    }

    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>Whether all that came are whole messages; under the origin's guard.</summary>
    public bool IsAtRest { get; set; } = true;

    public void Add(string piece)
    {
        lock (_guard)
        {
            _received.Append(piece);
        }
    }

    public void End() => Volatile.Write(ref _hasEnded, value: true);
}
