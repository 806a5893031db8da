using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.Httpd.Notices;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Notices;

/// <summary>Notices on their way into a real socket, which takes as many as the system's queue holds.</summary>
public sealed class NoticeReceiverTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(50);

    private readonly LoopRun _run = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-notices-");
    private readonly List<string> _warnings = [];
    private readonly NoticeReceiver _receiver;
    private Socket? _socket;

    public NoticeReceiverTests()
    {
        _receiver = new NoticeReceiver(new ReceiverAddress(Path, _timeout), _run.Loop, _warnings.Add);
    }

    private string Path => _folder.FullName + "/s";

    public void Dispose()
    {
        _receiver.Dispose();
        _socket?.Dispose();
        _run.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Each_notice_is_a_datagram_in_its_order()
    {
        Listen();

        Tell("one");
        Tell("");
        Tell("three");

        Assert.Equal(["one", "", "three"], Received());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_receiver_that_comes_within_the_timeout_misses_nothing() => _run.Run(async () =>
    {
        Tell("one");
        Tell("two");
        await _run.Pass(_timeout - _retry);
        Listen();
        Tell("three");
        await _run.Pass(_retry);

        Assert.Equal(["one", "two", "three"], Received());
        Assert.True(_receiver.IsIdle);
        Assert.Empty(_warnings);
    });

    [Fact]
    public void A_receiver_that_is_started_anew_is_connected_to_anew() => _run.Run(async () =>
    {
        Listen();
        Tell("one");
        _socket!.Dispose();
        Tell("two");
        Listen();
        await _run.Pass(_retry);

        Assert.Equal(["two"], Received());
    });

    [Fact]
    public void What_is_not_taken_within_the_timeout_is_dropped_and_counted() => _run.Run(async () =>
    {
        Tell("one");
        Tell("two");
        await _run.Pass(_timeout);
        Assert.True(_receiver.IsIdle);
        Assert.Equal([$"{Path}: notices of refused requests dropped: 1: No such file or directory"], _warnings);

        await _run.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal($"{Path}: notices of refused requests dropped: 1: No such file or directory", _warnings[1]);
        Assert.Equal(2, _warnings.Count);
    });

    [Fact]
    public void A_full_receiver_gets_the_oldest_ones_when_it_reads_again() => _run.Run(async () =>
    {
        Listen();
        int told = TellUntilOneWaits();

        List<string> received = Received();
        await _run.Pass(_retry);

        Assert.Equal([.. Enumerable.Range(0, told).Select(Number)], [.. received, .. Received()]);
        Assert.Empty(_warnings);
    });

    [Fact]
    public void No_more_wait_than_fit() => _run.Run(async () =>
    {
        TellNumbers(NoticeReceiver.MostWaiting + 3);

        await _run.Pass(_timeout);
        await _run.Pass(TimeSpan.FromMinutes(1));

        const string Words = "notices of refused requests dropped";
        Assert.Equal(
            [$"{Path}: {Words}: 1: No such file or directory", $"{Path}: {Words}: {NoticeReceiver.MostWaiting + 2}: No such file or directory"],
            _warnings);
    });

    [Fact]
    public void No_more_bytes_wait_than_fit()
    {
        byte[] half = new byte[NoticeReceiver.MostWaitingBytes / 2];

        _receiver.Take(half);
        _receiver.Take(half);
        Assert.Empty(_warnings);
        _receiver.Take([1]);
        Assert.Single(_warnings);
    }

    [Fact]
    public void One_that_is_too_long_for_a_datagram_keeps_nobody_waiting() => _run.Run(() =>
    {
        Listen();
        _receiver.Take(new byte[1024 * 1024]);
        Tell("next");

        Assert.Equal(["next"], Received());
        Assert.Equal([$"{Path}: notices of refused requests dropped: 1: Message too long"], _warnings);
        return ValueTask.CompletedTask;
    });

    [Fact]
    public void It_says_when_nothing_waits_any_more() => _run.Run(async () =>
    {
        int idle = 0;
        _receiver.BecameIdle = () => idle++;
        Tell("one");
        await _run.Pass(_retry);
        Assert.Equal(0, idle);
        Listen();
        await _run.Pass(_retry);
        Assert.Equal(1, idle);
    });

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Tell(string text) => _receiver.Take(Encoding.ASCII.GetBytes(text));

    private void TellNumbers(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tell(Number(i));
        }
    }

    private int TellUntilOneWaits()
    {
        int told = 0;
        while (_receiver.IsIdle)
        {
            Tell(Number(told++));
        }

        return told;
    }

    private void Listen()
    {
        File.Delete(Path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
    }

    private List<string> Received()
    {
        List<string> all = [];
        byte[] message = new byte[4096];
        while (_socket!.Poll(0, SelectMode.SelectRead))
        {
            all.Add(Encoding.ASCII.GetString(message, 0, _socket.Receive(message)));
        }

        return all;
    }
}
