using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Text;

using Sluice.Engine.Loop;
using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;
using Sluice.Unit.Fakes;
using Sluice.Unit.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers;

public sealed class ErrorAnswersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-errors-");
    private readonly TestClock _clock = new();
    private readonly EventLoop _loop;
    private readonly List<string> _warnings = [];
    private readonly ErrorAnswers _errors;

    public ErrorAnswersTests()
    {
        _loop = new EventLoop(_clock);
        _errors = new ErrorAnswers(new FileCache(_loop, new FileCacheLimits()), _warnings.Add);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_page_of_the_code_comes_first()
    {
        Make("404.html", "$RESPONSE_CODE $HTTP_ERROR $SERVER_SOFTWARE");
        Make("err.html", "any");
        Assert.Equal("404 Not Found httpd", PageOf(Place(), 404));
    }

    /// <summary>H-HTTP-31: also the pages; fields and parameters ask the place.</summary>
    [Fact]
    public void Whoever_names_the_program_says_the_same()
    {
        ResponseFields fields = new();
        Place().AddFields(fields);
        Make("404.html", "$SERVER_SOFTWARE");

        Assert.Equal("httpd", Encoding.ASCII.GetString(Sluice.Httpd.Serving.Place.Banner));
        Assert.Equal("httpd", PageOf(Place(), 404));
        Assert.Contains("<address>httpd</address>", PageOf(Place(), 403), StringComparison.Ordinal);
        Assert.Equal("httpd", Encoding.ASCII.GetString(fields.Value(0)));
    }

    [Fact]
    public void The_page_for_any_code_comes_second()
    {
        Make("err.html", "any $RESPONSE_CODE");
        Assert.Equal("any 403", PageOf(Place(), 403));
        Assert.Equal("any 301", Encoding.UTF8.GetString(_errors.PageOf(Place(), 301).Span));
    }

    [Fact]
    public void Without_a_page_there_is_the_built_in_one()
    {
        Assert.Contains("<h1>404 Not Found</h1>", PageOf(Place(), 404), StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Without_a_banner_the_name_is_empty()
    {
        Make("err.html", "[$SERVER_SOFTWARE]");
        Assert.Equal("[]", PageOf(Place(shownName: null), 404));
    }

    [Fact]
    public void An_empty_page_is_an_empty_body()
    {
        Make("404.html", "");
        Assert.Equal("", PageOf(Place(), 404));
    }

    [Fact]
    public void A_page_that_cannot_be_used_gives_way_with_one_warning()
    {
        _folder.CreateSubdirectory("404.html");
        Make("err.html", "any");
        Assert.Equal("any", PageOf(Place(), 404));
        Assert.Equal("any", PageOf(Place(), 404));
        Assert.Single(_warnings);
    }

    [Fact]
    public void A_large_page_is_used_too()
    {
        string text = new('x', 200_000);
        Make("404.html", text);
        Assert.Equal(text, PageOf(Place(), 404));
    }

    [Fact]
    public void A_page_beyond_all_measure_gives_way()
    {
        Make("404.html", new string('x', 1_100_000));
        Assert.Contains("<h1>404 Not Found</h1>", PageOf(Place(), 404), StringComparison.Ordinal);
        Assert.Single(_warnings);
    }

    [Fact]
    public void A_page_that_changes_is_made_anew()
    {
        Place place = Place();
        Make("404.html", "old");
        PageOf(place, 404);
        Make("404.html", "newer");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _loop.Spawn(_loop.NextTurn);
        _loop.Turn();
        Assert.Equal("newer", PageOf(place, 404));
    }

    private string PageOf(Place place, int status) => Encoding.UTF8.GetString(_errors.Of(place, status).Body.Span);

    private void Make(string name, string content) => File.WriteAllText(Path.Join(_folder.FullName, name), content);

    private Place Place(string? shownName = "httpd")
    {
        Server server = Servers.Named("test", new IPEndPoint(IPAddress.Loopback, 80)) with
        {
            ErrorDocuments = _folder.FullName,
            Banner = shownName is not null,
        };
        return new Place(server, new Settings(), new(), 1, Existence.Any, 0);
    }
}
