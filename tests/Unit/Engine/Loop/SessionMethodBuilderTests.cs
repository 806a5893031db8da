using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Loop;

public sealed class SessionMethodBuilderTests : IDisposable
{
    private readonly LoopRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_method_that_never_waits_is_over_when_it_returns()
    {
        ValueTask session = Waiting(0);
        Assert.True(session.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_method_goes_on_where_it_waited_as_often_as_it_waits() => _run.Run(async () =>
    {
        int turns = 0;
        await Waiting(3, () => turns++);
        Assert.Equal(3, turns);
    });

    [Fact]
    public void Methods_that_wait_at_the_same_time_keep_their_own_state() => _run.Run(async () =>
    {
        int turns = 0;
        ValueTask first = Waiting(2, () => turns += 1);
        ValueTask second = Waiting(3, () => turns += 10);
        await first;
        await second;
        await Waiting(1, () => turns += 100);
        Assert.Equal(132, turns);
    });

    [Fact]
    public async Task An_exception_before_the_first_wait_is_in_the_task() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => await Failing(0));

    [Fact]
    public void An_exception_behind_a_wait_is_in_the_task_and_the_next_method_has_none_of_it() => _run.Run(async () =>
    {
        _ = await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => await Failing(2));
        await Waiting(1);
    });

    [Fact]
    public void Methods_with_results_return_their_own() => _run.Run(async () =>
    {
        ValueTask<string> first = Telling(2, "first");
        ValueTask<string> second = Telling(1, "second");
        Assert.Equal("now", await Telling(0, "now"));
        Assert.Equal("second", await second);
        Assert.Equal("first", await first);
        Assert.Equal("third", await Telling(3, "third"));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_method_with_a_result_fails_as_others_do(int times) => _run.Run(async () =>
    {
        _ = await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => _ = await Telling(times, text: null));
        Assert.Equal("next", await Telling(1, "next"));
    });

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<string> Telling(int times, string? text)
    {
        await Waiting(times);
        return text ?? throw new InvalidTimeZoneException();
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Waiting(int times, Action? turn = null)
    {
        for (int time = 0; time < times; time++)
        {
            await _run.Loop.NextTurn();
            turn?.Invoke();
        }
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Failing(int times)
    {
        await Waiting(times);
        throw new InvalidTimeZoneException();
    }
}
