using System;
using System.Diagnostics;

using Sluice.System.Faults;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>php-fpm is stopped, goes on, is killed and is started anew while clients ask for its answers.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Daemon _daemon;
    private Application _php;

    public SignalTests()
    {
        _site = new Site(_place).Document("htdocs/index.php", "<?php header('Content-Length: 5') ?>index"u8.ToArray())
            .ConfigureServer("connection timeout 2\n\tdirectory index index.php\n\tlocation \"*.php\" { fastcgi socket \"/run/php-fpm.sock\" }");
        _daemon = Daemon.Start(_place, _site.Configuration);
        _php = Application.Php(_place, _site, "run/php-fpm.sock");
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _php.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void An_application_that_is_stopped_or_killed_under_load_is_504_or_502_in_time_and_used_again_by_itself()
    {
        using Load load = new(_place, 80, "/index.php", "index"u8.ToArray());
        Child server = _daemon.ChildNamed("server 1");

        _php.Signal(_place, Libc.SIGSTOP);
        AwaitAnswer("504");
        _php.Signal(_place, Libc.SIGCONT);
        AwaitAnswer("200 index");
        _php.Dispose();
        AwaitAnswer("502");
        _php = Application.Php(_place, _site, "run/php-fpm.sock");
        AwaitAnswer("200 index");

        load.AwaitAnswers(100);
        load.Stop();
        Assert.True(server.Lives);
    }

    private void AwaitAnswer(string expected)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string last = "nothing";
        Await.Until(
            () => (last = Client.Get(_place, "/index.php").ToString()) == expected,
            TimeSpan.FromSeconds(30),
            () => $"the answer is {expected} and not {last} after {watch.Elapsed.TotalSeconds:F1} s");
    }
}
