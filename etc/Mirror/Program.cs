using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace Sluice.Mirror;

/// <summary>
/// The application of the sample site, where php-fpm is not there: it shows what httpd told it. A connection at a time has a thread;
/// that is enough for looking at, and short to read.
/// </summary>
internal static class Program
{
    private const int Backlog = 64;

    private static int Main(string[] arguments)
    {
        if (arguments is not [string path])
        {
            Console.Error.WriteLine("usage: Mirror SOCKET < PAGE");
            return 2;
        }

        Page page = new(Console.In.ReadToEnd());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(Backlog);
        while (true)
        {
            Socket connection = listener.Accept();
            new Thread(() => Serve(connection, page)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket connection, Page page)
    {
        try
        {
            using NetworkStream stream = new(connection, ownsSocket: true);
            Records records = new(stream);
            while (records.Read() is { } request)
            {
                records.Answer(page.Make(request));
                if (!request.IsKept)
                {
                    return;
                }
            }
        }
        catch (IOException exception)
        {
            // httpd has gone, or what came is no FastCGI: this connection is over, the others go on.
            Console.Error.WriteLine($"Mirror: {exception.Message}");
        }
    }
}
