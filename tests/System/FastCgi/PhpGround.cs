using System;
using System.IO;
using System.Text;

using Sluice.System.Ground;

namespace Sluice.System.FastCgi;

/// <summary>One httpd and two pools of php-fpm for all tests: one whose root is httpd's chroot, one with a root below it.</summary>
public sealed class PhpGround : IDisposable
{
    private const string Servers = """
        directory index index.php
        	connection { max request body 67108864, max requests 1000 }
        	location "/deep/*" {
        		fastcgi { socket "/run/deep.sock", strip 1 }
        	}
        	location "/app/*" {
        		fastcgi { socket "/run/php-fpm.sock", script "/app/front.php" }
        	}
        	location "*.php*" {
        		fastcgi socket "/run/php-fpm.sock"
        	}
        """;

    private const string Environment = """
        <?php
        header('Content-Type: text/plain');
        $own = array_filter($_SERVER, fn($name) => !preg_match('/^(PHP_SELF|REQUEST_TIME|argv|argc|FCGI_ROLE|USER|HOME)/', $name), ARRAY_FILTER_USE_KEY);
        ksort($own);
        foreach ($own as $name => $value) echo "$name=$value\n";
        """;

    private const string Upload = """
        <?php
        $file = $_FILES['sent'];
        echo implode('|', [$_POST['comment'], $file['name'], $file['type'], $file['size'], strtoupper(hash_file('sha256', $file['tmp_name']))]);
        """;

    private const string Body = """
        <?php
        $body = file_get_contents('php://input');
        echo implode('|', [$_SERVER['REQUEST_METHOD'], $_SERVER['CONTENT_LENGTH'], strlen($body), strtoupper(hash('sha256', $body))]);
        """;

    private const string Stream = """
        <?php
        header('Content-Type: text/plain');
        echo 'first';
        flush();
        for ($i = 0; $i < 500 && !file_exists('/tmp/word'); $i++) { usleep(20000); clearstatcache(); }
        echo 'second';
        """;

    private const string Large = """
        <?php
        header('Content-Type: application/octet-stream');
        for ($i = 0; $i < (int)$_SERVER['QUERY_STRING']; $i++) echo str_repeat(chr(97 + $i % 26), 1048576);
        """;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Daemon _daemon;
    private readonly Application _deep;
    private Application _php;

    public PhpGround()
    {
        _site = new Site(_place).ConfigureServer(Servers);
        Script("dir/env.php", Environment);
        Script("index.php", "index <?= $_SERVER['SCRIPT_NAME'] ?>");
        Script("dir/index.php", "index <?= $_SERVER['SCRIPT_NAME'] ?>");
        Script("app/front.php", "app <?= $_SERVER['PATH_INFO'], ' ', $_SERVER['QUERY_STRING'] ?>");
        Script("deep/inner.php", "inner <?= $_SERVER['SCRIPT_FILENAME'], ' ', $_SERVER['DOCUMENT_ROOT'] ?>");
        Script("status.php", "<?php http_response_code(404);");
        Script("redirect.php", "<?php header('Location: /there');");
        Script("upload.php", Upload);
        Script("body.php", Body);
        Script("session.php", "<?php session_start(); echo $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;");
        Script("stream.php", Stream);
        Script("large.php", Large);
        Script("error.php", "<?php error_log('the script is sad');");
        Script("wait.php", "<?php echo 'part'; flush(); sleep(30);");
        Script("plain.txt", "plain");
        _daemon = Daemon.Start(_place, _site.Configuration);
        _php = Application.Php(_place, _site, "run/php-fpm.sock");
        _deep = Application.Php(_place, _site, "run/deep.sock", "htdocs");
    }

    internal string Folder => _place.Folder;

    internal long ResidentBytes => _daemon.ChildNamed("server 1").ResidentBytes;

    public void Dispose()
    {
        _daemon.Dispose();
        _php.Dispose();
        _deep.Dispose();
        _place.Dispose();
    }

    internal Client Connect() => new(_place);

    internal Answer Get(string path) => Client.Get(_place, path);

    internal string Curl(params string[] arguments) => _place.Tool("curl", ["-sS", "--fail", "--max-time", "25", .. arguments]);

    internal string File(string name, byte[] content)
    {
        string path = Path.Combine(_place.Folder, name);
        global::System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    internal void Say(string word) => global::System.IO.File.WriteAllText(Path.Combine(_site.Root, "tmp/word"), word);

    internal string AwaitLine(string text) => _daemon.AwaitLine(text);

    internal void StopPhp() => _php.Dispose();

    internal void StartPhp() => _php = Application.Php(_place, _site, "run/php-fpm.sock");

    private void Script(string path, string text) => _site.Document($"htdocs/{path}", Encoding.UTF8.GetBytes(text));
}
