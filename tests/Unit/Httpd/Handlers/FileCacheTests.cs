using System;
using System.IO;
using System.Text;

using Sluice.Engine.Loop;
using Sluice.Httpd.Handlers;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers;

public sealed class FileCacheTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-cache-");
    private readonly TestClock _clock = new();
    private readonly EventLoop _loop;

    public FileCacheTests()
    {
        _loop = new EventLoop(_clock);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_small_file_is_kept_in_memory()
    {
        CachedFile file = Cache().Find(Make("a.txt", "content"));
        Assert.Equal(PathKind.Regular, file.Kind);
        Assert.Equal("content", Encoding.ASCII.GetString(file.Content.Span));
        Assert.Null(file.File);
    }

    [Fact]
    public void A_secret_file_is_refused_by_every_path_also_when_it_was_served_before()
    {
        FileCache cache = Cache();
        byte[] secret = Make("secret", "content");
        byte[] link = Encoding.ASCII.GetBytes(Path.Join(_folder.FullName, "link"));
        File.CreateSymbolicLink(Encoding.ASCII.GetString(link), "secret");
        Assert.Equal(PathKind.Regular, cache.Find(secret).Kind);

        cache.KeepSecret([Encoding.ASCII.GetString(secret)]);

        Assert.Equal(PathKind.Forbidden, cache.Find(secret).Kind);
        Assert.Equal(PathKind.Forbidden, cache.Find(link).Kind);
        Assert.Equal(PathKind.Regular, cache.Find(Make("other", "content")).Kind);
        cache.KeepSecret([]);
        Assert.Equal(PathKind.Regular, cache.Find(secret).Kind);
    }

    [Fact]
    public void A_file_that_takes_the_place_of_a_secret_one_is_secret_a_second_later()
    {
        FileCache cache = Cache();
        byte[] secret = Make("secret", "content");
        byte[] other = Make("other", "new content");
        cache.KeepSecret([Encoding.ASCII.GetString(secret)]);
        Assert.Equal(PathKind.Regular, cache.Find(other).Kind);
        File.Delete(Encoding.ASCII.GetString(secret));
        File.CreateSymbolicLink(Encoding.ASCII.GetString(secret), "other");

        _clock.Advance(TimeSpan.FromSeconds(1));
        _loop.Turn();

        Assert.Equal(PathKind.Forbidden, cache.Find(other).Kind);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    public void A_name_that_no_file_has_or_can_have_is_missing(int length) =>
        Assert.Equal(PathKind.Missing, Cache().Find(Encoding.ASCII.GetBytes(Path.Join(_folder.FullName, new string('a', length)))).Kind);

    [Fact]
    public void A_large_file_is_kept_open()
    {
        CachedFile file = Cache(new FileCacheLimits { LargestInMemory = 3 }).Find(Make("a.txt", "content"));
        Assert.NotNull(file.File);
        Assert.True(file.Content.IsEmpty);
    }

    [Fact]
    public void A_large_file_is_copied_when_a_second_answer_with_it_is_encrypted()
    {
        FileCache cache = Cache(new FileCacheLimits { LargestInMemory = 3 });
        CachedFile file = cache.Find(Make("a.txt", "content"));
        Assert.True(cache.Copy(file).IsEmpty);
        Assert.Equal("content", Encoding.ASCII.GetString(cache.Copy(file).Span));
        Assert.NotNull(file.File);
    }

    [Theory]
    [InlineData(6, 1000)]
    [InlineData(1000, 6)]
    public void A_file_that_is_too_large_or_finds_no_room_is_not_copied(int largest, int room)
    {
        FileCache cache = Cache(new FileCacheLimits { LargestInMemory = 3, LargestCopy = largest, CopiesBytes = room });
        CachedFile file = cache.Find(Make("a.txt", "content"));
        cache.Copy(file);
        Assert.True(cache.Copy(file).IsEmpty);
    }

    [Fact]
    public void A_file_that_is_forgotten_leaves_room_for_the_copy_of_another()
    {
        FileCache cache = Cache(new FileCacheLimits { LargestInMemory = 3, CopiesBytes = 7, Open = 1 });
        CachedFile first = cache.Find(Make("a.txt", "content"));
        cache.Copy(first);
        cache.Copy(first);
        cache.Find(Make("b.txt", "another"));
        CachedFile second = cache.Find(PathOf("b.txt"));
        cache.Copy(second);
        Assert.Equal("another", Encoding.ASCII.GetString(cache.Copy(second).Span));
    }

    [Fact]
    public void A_file_that_became_shorter_is_not_copied()
    {
        FileCache cache = Cache(new FileCacheLimits { LargestInMemory = 3 });
        CachedFile file = cache.Find(Make("a.txt", "content"));
        cache.Copy(file);
        Make("a.txt", "cont");
        Assert.True(cache.Copy(file).IsEmpty);
    }

    [Fact]
    public void Within_a_second_the_system_is_not_asked_again()
    {
        FileCache cache = Cache();
        byte[] path = Make("a.txt", "old");
        CachedFile first = cache.Find(path);
        Make("a.txt", "newer");
        Assert.Same(first, cache.Find(path));
    }

    [Fact]
    public void A_second_later_a_changed_file_is_seen()
    {
        FileCache cache = Cache();
        byte[] path = Make("a.txt", "old");
        cache.Find(path);
        Make("a.txt", "newer");
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("newer", Encoding.ASCII.GetString(cache.Find(path).Content.Span));
    }

    [Fact]
    public void A_second_later_an_unchanged_file_is_the_same_entry()
    {
        FileCache cache = Cache();
        byte[] path = Make("a.txt", "content");
        CachedFile first = cache.Find(path);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Same(first, cache.Find(path));
    }

    [Fact]
    public void A_file_that_appears_is_seen_a_second_later()
    {
        FileCache cache = Cache();
        byte[] path = PathOf("a.txt");
        Assert.Equal(PathKind.Missing, cache.Find(path).Kind);
        Make("a.txt", "content");
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(PathKind.Regular, cache.Find(path).Kind);
    }

    [Fact]
    public void A_directory_is_known_as_one() =>
        Assert.Equal(PathKind.Directory, Cache().Find(Encoding.UTF8.GetBytes(_folder.FullName)).Kind);

    [Fact]
    public void A_file_taken_for_a_directory_is_missing()
    {
        Make("a.txt", "content");
        Assert.Equal(PathKind.Missing, Cache().Find(PathOf("a.txt/")).Kind);
    }

    [Fact]
    public void What_was_confirmed_longest_ago_is_forgotten_first()
    {
        FileCache cache = Cache(new FileCacheLimits { MemoryBytes = 10 });
        CachedFile first = cache.Find(Make("a", "12345"));
        CachedFile second = cache.Find(Make("b", "12345"));
        cache.Find(Make("c", "12345"));
        cache.Find(PathOf("c"));
        Assert.Null(first.List);
        Assert.NotNull(second.List);
    }

    [Fact]
    public void A_file_that_is_asked_for_once_takes_nobodys_place()
    {
        FileCache cache = Cache(new FileCacheLimits { MemoryBytes = 10 });
        CachedFile kept = cache.Find(Make("a", "1234567890"));
        CachedFile passing = cache.Find(Make("b", "12345"));
        Assert.NotNull(passing.File);
        Assert.NotNull(kept.List);
    }

    [Fact]
    public void A_file_that_is_not_kept_is_closed_when_the_next_one_is_opened()
    {
        FileCache cache = Cache(new FileCacheLimits { MemoryBytes = 0 });
        CachedFile first = cache.Find(Make("a", "12345"));
        CachedFile held = cache.Find(Make("b", "12345"));
        held.Hold();
        cache.Find(Make("c", "12345"));
        Assert.Null(first.File);
        Assert.NotNull(held.File);
        held.Release();
        Assert.Null(held.File);
    }

    [Fact]
    public void Missing_paths_are_bounded()
    {
        FileCache cache = Cache(new FileCacheLimits { Others = 1 });
        CachedFile first = cache.Find(PathOf("a"));
        CachedFile second = cache.Find(PathOf("b"));
        Assert.Null(first.List);
        Assert.NotNull(second.List);
    }

    [Fact]
    public void A_descriptor_stays_open_while_it_is_held()
    {
        FileCache cache = Cache(new FileCacheLimits { LargestInMemory = 3 });
        CachedFile file = cache.Find(Make("a.txt", "content"));
        file.Hold();
        cache.CloseDescriptors();
        Assert.NotNull(file.File);
        file.Release();
        Assert.Null(file.File);
    }

    [Fact]
    public void A_time_in_the_future_is_told_as_now()
    {
        byte[] path = Make("a.txt", "content");
        File.SetLastWriteTimeUtc(Encoding.UTF8.GetString(path), _clock.Utc.UtcDateTime.AddYears(1));
        Assert.Equal(_clock.Utc, Cache().Find(path).Modified);
    }

    private FileCache Cache(FileCacheLimits? limits = null) => new(_loop, limits ?? new FileCacheLimits());

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        _loop.Spawn(_loop.NextTurn);
        _loop.Turn();
    }

    private byte[] PathOf(string name) => Encoding.UTF8.GetBytes(Path.Join(_folder.FullName, name));

    private byte[] Make(string name, string content)
    {
        File.WriteAllText(Path.Join(_folder.FullName, name), content);
        return PathOf(name);
    }
}
