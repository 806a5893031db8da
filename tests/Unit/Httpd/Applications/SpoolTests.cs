using System;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

using Microsoft.Win32.SafeHandles;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Httpd.Serving;

using Xunit;

using Socket = System.Net.Sockets.Socket;

namespace Sluice.Unit.Httpd.Applications;

/// <summary>Bodies in chunks that memory has no room for. A pipe that nobody reads stands for a disk that takes nothing.</summary>
public sealed class SpoolTests : IDisposable
{
    private const int Body = 3 * 1024 * 1024;
    private const string Unkept = "the body cannot be kept until it is whole: ";

    private readonly ApplicationRun _run = new(UriScheme.Http);
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In);
    private readonly SpoolFile _slow;
    private Thread? _reader;

    public SpoolTests()
    {
        _slow = Adopt(_pipe.ClientSafePipeHandle);
    }

    public void Dispose()
    {
        _slow.Dispose();
        _reader?.Join();
        _pipe.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Others_are_served_while_a_disk_takes_nothing()
    {
        string served = "";
        _run.With(async client =>
        {
            await BeginUpload(client, Errno.None, _slow);
            served = await AskApplication();
            Assert.Equal(0, client.Available);
            await Drain(() => client.Available > 0);
        });

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", served, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_takes_nothing_for_long_is_503_and_what_it_has_comes_back()
    {
        string answer = "";
        _run.With(async client =>
        {
            int rented = _run.Loop.Slab.Rented;
            await BeginUpload(client, Errno.None, _slow);
            await _run.Run.Pass(TimeSpan.FromSeconds(31));
            answer = await _run.Receive(client);
            Assert.True(_run.Loop.Slab.Rented > rented + 60, "the thread still has the blocks");
            await Drain(() => _run.Loop.Slab.Rented <= rented);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal([Unkept + "the disk takes too long"], _run.Said);
    }

    [Fact]
    public void A_client_may_be_gone_before_the_disk_has_its_bytes()
    {
        _run.With(async client =>
        {
            int rented = _run.Loop.Slab.Rented;
            await BeginUpload(client, Errno.None, _slow);
            _run.Exchange!.Connection.Abort();
            await _run.Run.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(1, _run.Sessions);
            await Drain(() => _run.Sessions == 0 && _run.Loop.Slab.Rented <= rented);
        });

        Assert.Empty(_run.Said);
    }

    [Fact]
    public void Bodies_have_their_turns_at_a_disk_and_those_that_wait_too_long_give_their_memory_back()
    {
        string answer = "";
        _run.With(async client =>
        {
            int none = _run.Loop.Slab.Rented;
            await BeginUpload(client, Errno.None, _slow);
            int rented = _run.Loop.Slab.Rented;
            await _run.Run.Pass(TimeSpan.FromSeconds(29));
            using Socket second = _run.Connect();
            await BeginUpload(second, Errno.None, Device("/dev/full"));
            await _run.Run.Pass(TimeSpan.FromSeconds(2));
            await _run.Receive(client);
            Assert.Equal(0, second.Available);
            await _run.Run.Pass(TimeSpan.FromSeconds(29));
            answer = await _run.Receive(second);
            await _run.Until(() => _run.Loop.Slab.Rented <= rented);
            await Drain(() => _run.Loop.Slab.Rented <= none);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal([Unkept + "the disk takes too long", Unkept + "the disk takes too long"], _run.Said);
    }

    [Fact]
    public void A_full_disk_is_503_and_logged()
    {
        string answer = "";
        _run.With(async client =>
        {
            await BeginUpload(client, Errno.None, Device("/dev/full"));
            answer = await _run.Receive(client);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal([Unkept + "No space left on device"], _run.Said);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_503_and_logged()
    {
        string answer = "";
        _run.With(async client =>
        {
            await BeginUpload(client, Errno.ReadOnlyFileSystem, file: null);
            answer = await _run.Receive(client);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal([Unkept + "Read-only file system"], _run.Said);
    }

    [Fact]
    public void A_parent_that_opens_no_file_is_503_and_the_late_file_is_closed()
    {
        string answer = "";
        _run.With(async client =>
        {
            client.Send(Upload());
            await _run.Until(() => _run.SpoolRequests == 1);
            await _run.Run.Pass(TimeSpan.FromSeconds(31));
            answer = await _run.Receive(client);
            _run.Spools.Take(Errno.None, _slow);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal(-1, _slow.Descriptor);
    }

    [Fact]
    public void What_cannot_be_read_back_is_503_and_the_application_sees_the_end()
    {
        string answer = "";
        _run.With(async client =>
        {
            await BeginUpload(client, Errno.None, Device("/dev/null"));
            using Socket application = await _run.Accept();
            answer = await _run.Receive(client);
            byte[] received = new byte[4096];
            await _run.Until(() => application.Poll(0, SelectMode.SelectRead) && application.Receive(received) == 0);
        });

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal([Unkept + "Input/output error"], _run.Said);
    }

    private static SpoolFile Device(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        return Adopt(handle);
    }

    /// <summary>The descriptor is the file's from now on.</summary>
    private static SpoolFile Adopt(SafeHandle handle)
    {
        SpoolFile file = SpoolFile.Adopt((int)handle.DangerousGetHandle());
        handle.SetHandleAsInvalid();
        return file;
    }

    private static byte[] Upload() =>
    [
        .. Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{Body:x}\r\n"),
        .. Enumerable.Range(0, Body).Select(i => (byte)(i % 251)),
        .. "\r\n0\r\n\r\n"u8,
    ];

    /// <summary>Sends a body, and gives the file that is asked for.</summary>
    private async ValueTask BeginUpload(Socket client, Errno error, SpoolFile? file)
    {
        int before = _run.SpoolRequests;
        client.Send(Upload());
        await _run.Until(() => _run.SpoolRequests > before);
        _run.Spools.Take(error, file);
    }

    private async ValueTask<string> AskApplication()
    {
        using Socket other = _run.Connect();
        other.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n"u8);
        using Socket application = await _run.Accept();
        application.Send([1, 6, 0, 1, 0, 28, 0, 0, .. "Content-Type: text/plain\r\n\r\n"u8, 1, 3, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        return await _run.Receive(other);
    }

    /// <summary>The disk takes what comes from now on.</summary>
    private ValueTask Drain(Func<bool> until)
    {
        _reader = new Thread(() => _pipe.CopyTo(Stream.Null));
        _reader.Start();
        return _run.Until(until);
    }
}
