using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

using Sluice.Engine.Passwords;
using Sluice.System.Ground;

namespace Sluice.System.FastCgi;

/// <summary>
/// One httpd for all of them, with and without TLS: what asks for a password is behind a responder that answers with its parameters and the hash of the body,
/// and, below <c>/php/</c>, behind php-fpm. Below <c>/open/</c> nobody is asked.
/// </summary>
public sealed class PasswordGround : IDisposable
{
    public const string Password = "dl6vQ-tulip-93";

    private const int Waiting = 100;
    private const int CostOfWaiting = 10;

    private const string Lines = """
        connection { max request body 67108864, max requests 1000 }
        	authenticate "Members" with "/etc/members"
        	location "/open/*" { no authenticate }
        	location "/php/*" { fastcgi socket "/run/php-fpm.sock" }
        	fastcgi socket "/run/app.sock"
        """;

    private const string Script = """
        <?php
        header('Content-Type: text/plain');
        file_put_contents('/tmp/calls', 'x', FILE_APPEND);
        foreach ($_SERVER as $name => $value) if (preg_match('/^(REMOTE_USER|AUTH|PHP_AUTH|HTTP_)/', $name)) echo "$name=$value\n";
        echo 'body=', strtoupper(hash('sha256', file_get_contents('php://input'))), "\n";
        """;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Daemon _daemon;
    private readonly Responder _responder;
    private readonly Application _php;
    private int _waiters;

    public PasswordGround()
    {
        _site = new Site(_place).Document("htdocs/php/body.php", Encoding.ASCII.GetBytes(Script));
        _site.Document("etc/members", Encoding.ASCII.GetBytes(Members()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        _site.Configure(Server("listen on 127.0.0.1 port 80") + Server($"listen on 127.0.0.1 tls port 443\n\t{pair.Lines}"));
        _responder = Responder.Start(_site, Serve);
        _daemon = Daemon.Start(_place, _site.Configuration);
        _php = Application.Php(_place, _site, "run/php-fpm.sock");
    }

    /// <summary>How many requests came to the applications.</summary>
    internal int Calls => _responder.Requests + (File.Exists(PhpCalls) ? File.ReadAllText(PhpCalls).Length : 0);

    private string PhpCalls => Path.Combine(_site.Root, "tmp", "calls");

    public void Dispose()
    {
        _daemon.Dispose();
        _php.Dispose();
        _responder.Dispose();
        _place.Dispose();
    }

    /// <summary>A user whose password nobody has sent yet: the request waits until it is verified.</summary>
    internal string Unknown() => string.Create(CultureInfo.InvariantCulture, $"waiter{Interlocked.Increment(ref _waiters)}");

    internal Client Connect() => new(_place);

    /// <summary>What curl(1) is answered, and behind it the status.</summary>
    internal string Curl(params string[] arguments) => _place.Tool("curl", ["-sSk", "--max-time", "25", "-w", "%{http_code}", .. arguments]);

    internal string Upload(string name, byte[] content)
    {
        string path = Path.Combine(_place.Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Passwords are not verified until it is over.</summary>
    internal IDisposable StopVerifying() => new Stopped(_daemon.ChildNamed("auth").Id);

    /// <summary>The line that tells of a body.</summary>
    internal static string LineOf(ReadOnlySpan<byte> body) => $"body={Convert.ToHexString(SHA256.HashData(body))}\n";

    private static void Serve(Request request)
    {
        string line = LineOf(request.Body());
        request.Out($"Content-Type: text/plain\r\n\r\n{string.Concat(request.Parameters.Select(pair => $"{pair.Name}={pair.Value}\n"))}{line}").End();
    }

    private static string Server(string listen) => $"server \"test\" {{\n\t{listen}\n\troot \"/htdocs\"\n\t{Lines}\n}}\n";

    private static string Members()
    {
        string waiting = HashOf(CostOfWaiting);
        return string.Concat(Enumerable.Range(1, Waiting).Select(number => $"waiter{number}:{waiting}\n")) + $"ada:{HashOf(cost: 5)}\n";
    }

    private static string HashOf(int cost)
    {
        byte[] hash = new byte[PasswordHash.LongestHash];
        return Encoding.ASCII.GetString(hash, 0, new PasswordHash().Hash(Encoding.ASCII.GetBytes(Password), cost, hash));
    }

    private sealed class Stopped : IDisposable
    {
        private readonly int _process;

        public Stopped(int process)
        {
            _process = process;
            Daemon.Signal(process, Libc.SIGSTOP);
        }

        public void Dispose() => Daemon.Signal(_process, Libc.SIGCONT);
    }
}
