using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Passwords;

/// <summary>Clients of one address that try one wrong password after the other, each another one.</summary>
internal sealed class PasswordFlood : IDisposable
{
    private readonly Place _place;
    private readonly Thread[] _threads;
    private volatile bool _isOver;
    private int _answers;
    private int _granted;

    public PasswordFlood(Place place, int connections)
    {
        _place = place;
        _threads = [.. Enumerable.Range(0, connections).Select(number => new Thread(() => Try(number)) { IsBackground = true })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>How many were answered, with 401 or with 503.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>How many were let in.</summary>
    public int Granted => Volatile.Read(ref _granted);

    public void Dispose()
    {
        _isOver = true;
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Try(int number)
    {
        using Peer peer = new(_place, 80);
        for (int attempt = 0; attempt < 900 && !_isOver; attempt++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"ada:wrong{number}-{attempt}");
            peer.Send($"GET /f HTTP/1.1\r\nHost: test\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(text))}\r\n\r\n");
            int status = Heads.Status(peer.Answer().Head);
            Interlocked.Increment(ref _answers);
            if (status is not (401 or 503))
            {
                Interlocked.Increment(ref _granted);
            }
        }
    }
}
