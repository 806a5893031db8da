using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;

using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Applications;

/// <summary>Nobody is so fast that the loop is kept from everybody else: counted in bytes a turn.</summary>
public sealed class TurnTests
{
    private const int Mebibyte = 1024 * 1024, All = 4 * Mebibyte;

    /// <summary>A block beyond what a turn may have.</summary>
    private const int Most = Mebibyte + (64 * 1024);

    [Theory]
    [InlineData(nameof(UriScheme.Https), 60_000)]
    [InlineData(nameof(UriScheme.Http), 60_000)]
    [InlineData(nameof(UriScheme.Http), 4000)]
    public void A_fast_application_has_a_mebibyte_a_turn(string scheme, int record)
    {
        using ApplicationRun run = new(Enum.Parse<UriScheme>(scheme));
        run.With(async client =>
        {
            client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n"u8);
            using Socket application = await run.Accept();
            application.Send(Records(Encoding.ASCII.GetBytes("Content-Type: text/plain\r\n\r\n" + new string('a', All)), record));
            await run.Until(() => run.Exchange is not null);
            long most = await run.MostOfTurn(() => run.Exchange!.Connection.Sent, All);

            Assert.InRange(most, 1, Most);
        });
    }

    [Theory]
    [InlineData(nameof(UriScheme.Https))]
    [InlineData(nameof(UriScheme.Http))]
    public void A_fast_client_has_a_mebibyte_a_turn(string scheme)
    {
        using ApplicationRun run = new(Enum.Parse<UriScheme>(scheme));
        run.With(async client =>
        {
            client.Send([.. Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {All}\r\n\r\n"), .. new byte[All]]);
            using Socket application = await run.Accept();
            long most = await run.MostOfTurn(() => All - run.Exchange!.Body.Left, All);

            Assert.InRange(most, 1, Most);
        });
    }

    private static byte[] Records(byte[] content, int size) =>
        [.. content.Chunk(size).SelectMany(part => (byte[])[1, 6, 0, 1, (byte)(part.Length >> 8), (byte)(part.Length & 0xff), 0, 0, .. part])];
}
