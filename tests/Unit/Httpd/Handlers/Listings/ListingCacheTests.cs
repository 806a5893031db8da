using System;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers.Listings;
using Sluice.Httpd.Serving;
using Sluice.Unit.Fakes;
using Sluice.Unit.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers.Listings;

public sealed class ListingCacheTests : IDisposable
{
    // Of its own, for the row of the parent shows its time.
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("sluice-listing-");
    private readonly DirectoryInfo _folder;
    private readonly TestClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ListingPage _page = new(TimeZoneInfo.Utc);

    public ListingCacheTests()
    {
        _loop = new EventLoop(_clock);
        _folder = _parent.CreateSubdirectory("listed");
    }

    private byte[] Folder => Encoding.UTF8.GetBytes(_folder.FullName);

    public void Dispose()
    {
        _loop.Dispose();
        _parent.Delete(recursive: true);
    }

    [Fact]
    public void Names_are_in_the_order_of_their_bytes_behind_the_parent()
    {
        Make("b", "B", "a", "!", "ä", ".hidden");
        _folder.CreateSubdirectory("c");

        Assert.Equal(["..", "!", "B", "a", "b", "c", "ä"], NamesOf(Read(Cache())));
    }

    [Fact]
    public void A_directory_from_the_future_is_told_as_one_of_now()
    {
        _folder.LastWriteTimeUtc = new DateTime(2199, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        Assert.Equal(_loop.Utc, Read(Cache()).Modified);
    }

    [Fact]
    public void The_type_of_a_listing_is_that_of_an_index_file()
    {
        MediaTypes<ServedType> types = new();
        types.Set("html"u8, new ServedType(new MediaType("application", "xhtml+xml"), cacheControl: null));
        Place place = new(Servers.Named("a"), new Settings(), types, 1, Existence.Any, 0);
        ResponseFields fields = new();

        Read(Cache()).AddFields(fields, place);

        Assert.Equal("application/xhtml+xml", Encoding.ASCII.GetString(fields.Value(1)));
    }

    [Fact]
    public void What_is_neither_file_nor_directory_is_left_out()
    {
        Make("file");
        File.CreateSymbolicLink(Path.Join(_folder.FullName, "dangling"), "nowhere");
        File.CreateSymbolicLink(Path.Join(_folder.FullName, "device"), "/dev/null");
        File.CreateSymbolicLink(Path.Join(_folder.FullName, "link"), "file");

        Assert.Equal(["..", "file", "link"], NamesOf(Read(Cache())));
    }

    [Fact]
    public void Thousands_of_names_are_sorted_over_many_turns()
    {
        string[] names = [.. Enumerable.Range(0, 5000).Select(static number => $"{number * 7919 % 5000:D5}")];
        Make(names);

        Assert.Equal(["..", .. names.Order(StringComparer.Ordinal)], NamesOf(Read(Cache())));
        Assert.True(_turns > 10, $"{_turns} turns");
    }

    [Fact]
    public void A_small_page_is_kept_whole()
    {
        Make("file");
        Listing listing = Read(Cache());

        Assert.Equal(listing.PageBytes, listing.Page.Length);
        Assert.EndsWith("</html>\n", Encoding.UTF8.GetString(listing.Page.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_page_is_measured_and_written_in_pieces()
    {
        Make([.. Enumerable.Range(0, 2000).Select(static number => $"{number:D60}")]);
        Listing small = Read(Cache());
        Listing large = Read(Cache(new ListingLimits { PageBytes = 1000 }));

        Assert.True(large.Page.IsEmpty);
        Assert.Equal(small.PageBytes, large.PageBytes);
        Assert.Equal(small.Page.ToArray(), InPieces(large));
    }

    [Fact]
    public void Within_a_second_the_listing_is_the_same()
    {
        ListingCache cache = Cache();
        Listing listing = Read(cache);
        Make("new");

        Assert.Same(listing, cache.Find(Folder, "/"u8));
    }

    [Fact]
    public void A_second_later_a_changed_directory_is_read_anew()
    {
        ListingCache cache = Cache();
        Read(cache);
        Make("new");
        Directory.SetLastWriteTimeUtc(_folder.FullName, DateTime.UnixEpoch);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Null(cache.Find(Folder, "/"u8));
    }

    [Fact]
    public void A_second_later_an_unchanged_directory_is_not_read()
    {
        ListingCache cache = Cache();
        Listing listing = Read(cache);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Same(listing, cache.Find(Folder, "/"u8));
    }

    [Fact]
    public void Some_seconds_later_it_is_read_for_the_sizes()
    {
        ListingCache cache = Cache();
        Read(cache);
        Pass(new ListingLimits().Age);

        Assert.Null(cache.Find(Folder, "/"u8));
    }

    [Fact]
    public void The_same_directory_under_another_path_has_another_title()
    {
        ListingCache cache = Cache();
        Read(cache);

        Assert.Null(cache.Find(Folder, "/other/"u8));
    }

    [Fact]
    public void What_was_read_first_is_forgotten_first()
    {
        ListingCache cache = Cache(new ListingLimits { Listings = 1 });
        Read(cache);
        Pass(TimeSpan.FromMilliseconds(1));
        Read(cache, "/second/");

        Assert.Null(cache.Find(Folder, "/"u8));
        Assert.NotNull(cache.Find(Folder, "/second/"u8));
    }

    [Fact]
    public void Two_that_ask_at_once_get_the_same_listing()
    {
        Make("file");
        ListingCache cache = Cache();
        Listing? first = null;
        Listing? second = null;
        _loop.Spawn(async () => first = (await cache.Read(Folder, "/"u8.ToArray())).Listing);
        _loop.Spawn(async () => second = (await cache.Read(Folder, "/"u8.ToArray())).Listing);
        TurnUntil(() => first is not null && second is not null);

        Assert.Same(first, second);
    }

    [Fact]
    public void Too_many_names_are_an_error()
    {
        Make("a", "b", "c");

        Assert.Equal(Errno.Overflow, Ask(Cache(new ListingLimits { Entries = 2 }), "/").Error);
    }

    [Fact]
    public void A_directory_that_is_gone_is_an_error()
    {
        Errno? error = null;
        _loop.Spawn(async () => error = (await Cache().Read("/nowhere"u8.ToArray(), "/"u8.ToArray())).Error);
        TurnUntil(() => error is not null);

        Assert.Equal(Errno.NotFound, error);
    }

    [Fact]
    public void What_cannot_be_listed_has_a_status_and_what_is_our_mistake_is_named()
    {
        Make("a", "b", "c");

        Assert.Equal((404, ""), StatusOf("/nowhere", new ListingLimits()));
        Assert.Equal((404, ""), StatusOf(Path.Join(_folder.FullName, "a"), new ListingLimits()));
        (int status, string warnings) = StatusOf(_folder.FullName, new ListingLimits { Entries = 2 });
        Assert.Equal(500, status);
        Assert.StartsWith($"directory {_folder.FullName} cannot be listed: ", warnings, StringComparison.Ordinal);
    }

    private int _turns;

    private (int Status, string Warnings) StatusOf(string path, ListingLimits limits)
    {
        int? status = null;
        string warnings = "";
        ListingHandler handler = new(_loop, _page, Cache(limits), warning => warnings += warning);
        _loop.Spawn(async () => status = (await handler.Read(Encoding.UTF8.GetBytes(path), "/"u8.ToArray())).Status);
        TurnUntil(() => status is not null);
        return (status!.Value, warnings);
    }

    private ListingCache Cache(ListingLimits? limits = null) => new(_loop, _page, limits ?? new ListingLimits());

    private Listing Read(ListingCache cache, string title = "/") => Ask(cache, title).Listing!;

    private (Errno Error, Listing? Listing) Ask(ListingCache cache, string title)
    {
        (Errno, Listing?)? result = null;
        _loop.Spawn(async () => result = await cache.Read(Folder, Encoding.UTF8.GetBytes(title)));
        TurnUntil(() => result is not null);
        return result!.Value;
    }

    private byte[] InPieces(Listing listing)
    {
        ListingText text = new(listing, _page);
        using MemoryStream whole = new();
        byte[] piece = new byte[16 * 1024];
        while (text.TryWrite(piece))
        {
            whole.Write(_page.Written.Span);
        }

        return whole.ToArray();
    }

    private void TurnUntil(Func<bool> holds)
    {
        for (_turns = 0; !holds() && _turns < 10_000; _turns++)
        {
            _loop.Turn();
        }

        Assert.True(holds(), "the sessions came to their end");
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        _loop.Spawn(_loop.NextTurn);
        _loop.Turn();
    }

    private void Make(params string[] names) =>
        Array.ForEach(names, name => File.WriteAllText(Path.Join(_folder.FullName, name), ""));

    private static string[] NamesOf(Listing listing)
    {
        ReadOnlySpan<ListedEntry> entries = listing.Entries.Span;
        string[] names = new string[entries.Length];
        for (int index = 0; index < names.Length; index++)
        {
            names[index] = Encoding.UTF8.GetString(listing.NameOf(entries[index]));
        }

        return names;
    }
}
