using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Faults under 3,000 requests a second: what they may cost, counted by clients that retry nothing.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly TimeSpan _whole = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _stuck = TimeSpan.FromSeconds(13);
    private static readonly byte[] _body = Site.Bytes(1024);

    private readonly Place _place = new();
    private readonly Site _site;

    public FaultTests()
    {
        _site = new Site(_place)
            .Document("htdocs/1k.bin", _body)
            .ConfigureServer("connection { max requests 1000000 }", prefork: 2);
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("logger")]
    [InlineData("server 1")]
    [InlineData("server 2")]
    public void A_killed_child_costs_what_was_in_flight_and_is_replaced_within_a_second(string title)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child child = daemon.ChildNamed(title);
        using Load load = new(_place, 80, "/1k.bin", _body);
        load.AwaitAnswers(3000);
        Assert.Empty(load.Losses);

        TimeSpan killed = load.Now;
        Daemon.Signal(child.Id, Libc.SIGKILL);
        daemon.AwaitSuccessor(child, _whole);
        Await.Until(() => load.Now > killed + _whole, "the second in which service must be whole is over");
        load.AwaitAnswers(6000);
        load.Stop();

        Assert.DoesNotContain(load.Losses, loss => loss.At < killed || loss.At > killed + _whole);
        Assert.DoesNotContain(load.Losses, loss => loss.Kind is LossKind.Refused or LossKind.Wrong);
        Assert.True(load.Losses.Count <= (title is "logger" ? 0 : Load.Clients), load.Describe());
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("server 1")]
    public void A_stopped_child_is_replaced(string title)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child child = daemon.ChildNamed(title);
        using Load load = new(_place, 80, "/1k.bin", _body);

        TimeSpan stopped = load.Now;
        Daemon.Signal(child.Id, Libc.SIGSTOP);
        daemon.AwaitSuccessor(child, _stuck);
        TimeSpan replaced = load.Now;
        Await.Until(() => load.Now > replaced + _whole, "the second in which service must be whole is over");
        load.AwaitAnswers(6000);
        load.Stop();

        Assert.DoesNotContain(load.Losses, loss => loss.At < stopped || loss.At > replaced + _whole);
        Assert.DoesNotContain(load.Losses, loss => loss.Kind is LossKind.Refused or LossKind.Wrong);
        Assert.True(load.Losses.Count <= (title is "logger" ? 0 : Load.Clients), load.Describe());
    }

    [Fact]
    public void Twenty_reloads_lose_nothing()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        string[] before = [.. daemon.Children.Select(child => child.StartTime)];
        using Load load = new(_place, 80, "/1k.bin", _body);

        for (int i = 0; i < 20; i++)
        {
            daemon.Reload();
            load.AwaitAnswers(300);
        }

        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.Equal(string.Join(' ', before), string.Join(' ', daemon.Children.Select(child => child.StartTime)));
        Assert.True(load.RequestsPerSecond > 2000, $"the load was only {load.RequestsPerSecond:F0} requests a second");
    }

    [Fact]
    public void A_hundred_signals_of_each_kind_under_load_lose_nothing_and_no_line()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        IReadOnlyList<Child> before = daemon.Children;
        using Load load = new(_place, 80, "/1k.bin", _body);

        for (int i = 0; i < 100; i++)
        {
            daemon.Signal(Libc.SIGHUP);
            daemon.Signal(Libc.SIGUSR1);
            daemon.Signal(Libc.SIGPIPE);
            Assert.All(before, child => Daemon.Signal(child.Id, Libc.SIGPIPE));
            Assert.All(before, child => Daemon.Signal(child.Id, Libc.SIGHUP));
            Assert.All(before, child => Daemon.Signal(child.Id, Libc.SIGUSR1));
            Assert.All(before, child => Daemon.Signal(child.Id, Libc.SIGINT));
            load.AwaitAnswers(30);
        }

        daemon.Reload();
        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.Equal(before, daemon.Children);
        Assert.Equal(0, daemon.Stop());
        Assert.Equal(load.Answered, File.ReadLines(_site.AccessLog).LongCount());
    }

    [Fact]
    public void Lines_of_before_many_reloads_are_written_after_them()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child logger = daemon.ChildNamed("logger");
        using Load load = new(_place, 80, "/1k.bin", _body);
        Daemon.Signal(logger.Id, Libc.SIGSTOP);
        for (int i = 0; i < 40; i++)
        {
            load.AwaitAnswers(20);
            daemon.Signal(Libc.SIGHUP);
        }

        Daemon.Signal(logger.Id, Libc.SIGCONT);
        load.Stop();
        daemon.Reload();
        Assert.Equal(0, daemon.Stop());
        Assert.Equal(load.Answered, File.ReadLines(_site.AccessLog).LongCount());
    }

    [Fact]
    public void Reloads_that_add_and_remove_a_listener_lose_nothing_on_the_one_that_stays()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Load load = new(_place, 80, "/1k.bin", _body);

        for (int i = 0; i < 10; i++)
        {
            _site.ConfigureServer(i % 2 == 0 ? "listen on 127.0.0.1 port 81" : "", prefork: 2);
            daemon.Reload();
            load.AwaitAnswers(300);
        }

        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Await.Until(() => _place.Tool("ss", "-Hltn", "sport = :81").Length == 0, "the listener that was removed is closed");
    }

    [Fact]
    public void A_broken_file_changes_nothing_and_says_where()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Load load = new(_place, 80, "/1k.bin", _body);

        File.AppendAllText(_site.Configuration, "server \"broken\" {\n\tlisten on 127.0.0.1 prot 80\n}\n");
        int line = File.ReadLines(_site.Configuration).TakeWhile(text => !text.Contains("prot", StringComparison.Ordinal)).Count() + 1;
        daemon.Reload();
        load.AwaitAnswers(3000);
        load.Stop();

        daemon.AwaitLine($"httpd.conf:{line}:");
        Assert.Contains(daemon.Told, told => told.StartsWith("STATUS=", StringComparison.Ordinal) && told.Contains($":{line}", StringComparison.Ordinal));
        Assert.True(load.Losses.Count == 0, load.Describe());
    }

    [Fact]
    public void Logs_reopened_under_load_lose_no_line()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Load load = new(_place, 80, "/1k.bin", _body);

        for (int i = 0; i < 5; i++)
        {
            File.Move(_site.AccessLog, $"{_site.AccessLog}.{i}");
            daemon.Signal(Libc.SIGUSR1);
            Await.Until(() => File.Exists(_site.AccessLog), "the log is made anew");
            load.AwaitAnswers(600);
        }

        load.Stop();
        Assert.Equal(0, daemon.Stop());
        long lines = Directory.EnumerateFiles(Path.GetDirectoryName(_site.AccessLog)!, "access.log*").Sum(file => File.ReadLines(file).LongCount());
        Assert.Equal(load.Answered, lines);
        Assert.True(load.Losses.Count == 0, load.Describe());
    }
}
