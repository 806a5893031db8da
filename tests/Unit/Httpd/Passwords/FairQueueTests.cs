using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Httpd.Passwords;

using Xunit;

namespace Sluice.Unit.Httpd.Passwords;

public sealed class FairQueueTests
{
    private readonly FairQueue<string> _queue = new();

    [Fact]
    public void Clients_take_turns_however_much_one_of_them_has()
    {
        Fill(1, 4);
        Fill(2, 1);
        Fill(3, 2);

        Assert.Equal(["1.0", "2.0", "3.0", "1.1", "3.1", "1.2", "1.3"], All(), StringComparer.Ordinal);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void What_waits_is_counted()
    {
        Fill(1, 4);
        Fill(2, 1);
        _ = _queue.TryTake(out _);

        Assert.Equal((4, 3, 1, 0), (_queue.Count, _queue.CountOf(1), _queue.CountOf(2), _queue.CountOf(3)));
    }

    [Fact]
    public void A_client_that_had_its_turn_comes_behind_those_who_wait()
    {
        Fill(1, 2);
        _ = _queue.TryTake(out _);
        Fill(2, 1);
        Fill(1, 1);

        Assert.Equal(["1.1", "2.0", "1.0"], All(), StringComparer.Ordinal);
    }

    private void Fill(UInt128 client, int count)
    {
        foreach (int number in Enumerable.Range(0, count))
        {
            _queue.Add(client, $"{client}.{number}");
        }
    }

    private List<string> All()
    {
        List<string> all = [];
        while (_queue.TryTake(out string? item))
        {
            all.Add(item);
        }

        return all;
    }
}
