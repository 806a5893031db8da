using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>What becomes of a configuration in use when files change: which steps, and in which order.</summary>
public sealed class RenewalsTests : IDisposable
{
    private const int LooksUntilRest = 2, LongestWait = 11;

    private readonly string _file = Path.GetTempFileName();
    private readonly SaidLines _said = new();
    private readonly List<(int Prefork, int Number)> _used = [];
    private readonly Renewals _renewals;
    private int _asked;

    public RenewalsTests()
    {
        _renewals = new Renewals(new Log(_said, 0), (loaded, number) => _used.Add((loaded.Prefork, number)));
    }

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Without_new_keys_what_is_new_comes_into_use_at_once()
    {
        Begin(withKeys: null, _ => Loaded(3));
        Tick(LooksUntilRest);

        Assert.Equal([(3, 1)], _used);
        Tick(LooksUntilRest);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public void New_keys_go_first_and_what_is_useless_is_known_before_the_rest()
    {
        IReadOnlySet<int>? useless = null;
        Begin(Loaded(2), numbers =>
        {
            useless = numbers;
            return Loaded(3);
        });
        Tick(LooksUntilRest);
        Assert.Equal([(2, 1)], _used);

        _renewals.Take(new KeysVerdict(1, 1, [7]));
        Assert.Equal([7], useless);
        Assert.Equal([(2, 1), (3, 2)], _used);
    }

    [Fact]
    public void What_is_of_no_use_is_not_read_again_until_it_changes()
    {
        Begin(Loaded(2), static _ => null);
        Tick(LooksUntilRest);
        _renewals.Take(new KeysVerdict(1, 1, [7]));
        Tick(LooksUntilRest);
        Assert.Equal((1, 1), (_asked, _used.Count));

        File.WriteAllText(_file, "more");
        Tick(2 * LooksUntilRest);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public void A_verdict_that_comes_after_a_reload_is_of_no_interest()
    {
        Begin(Loaded(2), static _ => Loaded(3));
        Tick(LooksUntilRest);
        _renewals.Begin(Loaded(4), DateTimeOffset.UtcNow);

        _renewals.Take(new KeysVerdict(1, 1, []));

        Assert.Single(_used);
    }

    [Fact]
    public void A_verdict_of_an_earlier_renewal_is_of_no_interest()
    {
        Begin(Loaded(2), static _ => Loaded(3));
        Tick(LooksUntilRest);

        _renewals.Take(new KeysVerdict(1, 0, []));

        Assert.Single(_used);
    }

    [Fact]
    public void Where_no_verdict_comes_it_is_said_and_tried_again()
    {
        Begin(Loaded(2), static _ => Loaded(3));
        Tick(LooksUntilRest + LongestWait);
        Assert.Contains("does not say whether new ones fit", Assert.Single(_said.Lines), StringComparison.Ordinal);

        Tick(LooksUntilRest);
        Assert.Equal(2, _asked);
    }

    private static LoadedConfiguration Loaded(int prefork) =>
        new() { Prefork = prefork, Listeners = [], Payloads = new Dictionary<string, SealedMemory>(StringComparer.Ordinal) };

    // The file was written just now, so it is looked at once more.
    private void Begin(LoadedConfiguration? withKeys, Func<IReadOnlySet<int>, LoadedConfiguration?> finish)
    {
        Renewal? Renew(FilesChange change)
        {
            _asked += change.Paths.Contains(_file) ? 1 : 0;
            return new Renewal(withKeys is null ? null : withKeys with { Watched = change.Running.Watched }, useless => finish(useless) is { } made ? made with { Watched = change.Running.Watched } : null);
        }

        _renewals.Begin(Loaded(1) with { Watched = new WatchedFiles([_file], Renew) }, DateTimeOffset.UtcNow);
    }

    private void Tick(int times)
    {
        foreach (int _ in Enumerable.Range(0, times))
        {
            _renewals.Tick();
        }
    }
}
