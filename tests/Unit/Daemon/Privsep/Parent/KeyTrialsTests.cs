using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>New keys are tried before a configuration that was read is used.</summary>
public sealed class KeyTrialsTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly List<int> _sent = [];
    private readonly KeyTrials _trials;
    private bool _isThere = true;

    public KeyTrialsTests()
    {
        _trials = new KeyTrials(_run.Loop, (_, number) =>
        {
            _sent.Add(number);
            return _isThere;
        });
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void One_whose_keys_fit_is_used()
    {
        LoadedConfiguration loaded = Loaded(nextKey: 3);
        Assert.Equal((loaded, "said"), Judge(Loaded(nextKey: 2), loaded, () => _trials.Take(new KeysFaults(1, 1, []))));
        Assert.Equal([1], _sent);
    }

    [Fact]
    public void One_with_a_key_that_does_not_is_refused_and_that_is_said_first() => Assert.Equal(
        (null, "one\ntwo\nsaid"), Judge(Loaded(nextKey: 2), Loaded(nextKey: 3), () => _trials.Take(new KeysFaults(1, 1, ["one", "two"]))));

    [Fact]
    public void An_answer_to_another_trial_is_none()
    {
        LoadedConfiguration loaded = Loaded(nextKey: 3);
        Assert.Equal((loaded, "said"), Judge(Loaded(nextKey: 2), loaded, () =>
        {
            _trials.Take(new KeysFaults(1, 0, ["old"]));
            _trials.Take(new KeysFaults(1, 1, []));
        }));
    }

    [Theory]
    [InlineData(3, 3, true, 0)]
    [InlineData(3, 0, true, 0)]
    [InlineData(0, 3, false, 1)]
    public void Where_none_is_new_or_nobody_can_say_nobody_is_waited_for(int running, int next, bool isThere, int asked)
    {
        _isThere = isThere;
        LoadedConfiguration loaded = Loaded(next);
        Assert.Equal((loaded, "said"), Judge(Loaded(running), loaded, static () => { }));
        Assert.Equal(asked, _sent.Count);
    }

    private (LoadedConfiguration?, string) Judge(LoadedConfiguration running, LoadedConfiguration loaded, Action then)
    {
        (LoadedConfiguration?, string) result = default;
        _run.Run(async () =>
        {
            ValueTask<(LoadedConfiguration?, string)> judging = _trials.Judge(running, loaded, "said");
            then();
            result = await judging;
        });
        return result;
    }

    private static LoadedConfiguration Loaded(int nextKey) => new()
    {
        Prefork = 1,
        Listeners = [],
        Payloads = Enumerable.Repeat(nextKey, nextKey > 0 ? 1 : 0).ToDictionary(static _ => "keys", static next => new KeySlice(next, []).Seal(), StringComparer.Ordinal),
    };
}
