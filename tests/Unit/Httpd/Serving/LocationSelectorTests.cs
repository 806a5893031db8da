using System.Collections.Generic;
using System.Text;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class LocationSelectorTests
{
    [Fact]
    public void The_first_location_in_configuration_order_wins() =>
        Assert.Equal("/a/*", Select(["/a/*", "/a/b"], "/a/b"));

    [Fact]
    public void A_star_crosses_slashes() =>
        Assert.Equal("/*.php", Select(["/x", "/*.php"], "/deep/er/index.php"));

    [Fact]
    public void A_glob_must_match_the_whole_path() =>
        Assert.Null(Select(["/a"], "/a/b"));

    [Fact]
    public void A_glob_ignores_case() =>
        Assert.Equal("/Images/*", Select(["/Images/*"], "/imagES/x"));

    [Fact]
    public void A_path_that_no_location_has_is_the_servers() =>
        Assert.Null(Select([], "/"));

    [Fact]
    public void The_search_goes_on_behind_a_location_whose_condition_did_not_hold()
    {
        Place[] places = [Places.WithRoot("/first"), Places.WithRoot("/second"), Places.WithRoot("/third")];
        MatchText[] paths = [Glob("/same"), Glob("/other"), Glob("/same")];
        LocationSelector selector = new(paths, places);
        CaptureSlot captures = new();
        Place? first = selector.Select("/same"u8, captures);
        Assert.Same(places[0], first);
        Assert.Same(places[2], selector.SelectAfter(first!, "/same"u8, captures));
        Assert.Null(selector.SelectAfter(places[2], "/same"u8, captures));
    }

    private static string? Select(string[] paths, string path)
    {
        List<MatchText> texts = [];
        List<Place> places = [];
        foreach (string text in paths)
        {
            texts.Add(Glob(text));
            places.Add(Places.WithRoot(text));
        }

        return new LocationSelector([.. texts], [.. places]).Select(Encoding.Latin1.GetBytes(path), new CaptureSlot())?.Settings.Root;
    }

    private static MatchText Glob(string text) => new(NameKind.Glob, Encoding.Latin1.GetBytes(text));
}
