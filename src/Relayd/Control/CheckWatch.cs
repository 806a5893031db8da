using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Control;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Control;

/// <summary>Finds on the board which hosts were checked since the last look, for those that watch (R-CTL-36).</summary>
/// <param name="board">What hce writes.</param>
internal sealed class CheckWatch(HealthBoard board)
{
    // By place: when the last check ended that was told of.
    private readonly Dictionary<int, DateTimeOffset?> _seen = [];

    // Places of the hosts that were checked in this round.
    private readonly HashSet<int> _round = [];

    // False until the first look, which finds out what is old.
    private bool _hasBegun;

    /// <summary>Nobody watches any more.</summary>
    public void Forget()
    {
        _seen.Clear();
        _round.Clear();
        _hasBegun = false;
    }

    /// <summary>It was said already that a host has another state, and so that it was checked.</summary>
    public void See(Host host) => _seen[host.Place] = board.Read(host.Place).LastCheck;

    /// <summary>An event for each host that was checked since the last call; none at the first. A host that is checked again begins a round.</summary>
    /// <param name="configuration">Which hosts there are.</param>
    /// <param name="now">When it is said.</param>
    public IReadOnlyList<EventRow> News(RelaydConfiguration configuration, DateTimeOffset now)
    {
        List<EventRow> news = [];
        foreach (Host host in configuration.Tables.SelectMany(static table => table.Hosts))
        {
            HostHealth health = board.Read(host.Place);
            bool isNew = !_seen.TryGetValue(host.Place, out DateTimeOffset? before) || before != health.LastCheck;
            _seen[host.Place] = health.LastCheck;
            if (isNew && _hasBegun && health.LastCheck is not null)
            {
                Begin(host, news, now);
                news.Add(new EventRow(EventKind.HostStatus, now) { Id = host.Id, State = Inventory.Status(health.State) });
            }
        }

        _hasBegun = true;
        return news;
    }

    private void Begin(Host host, List<EventRow> news, DateTimeOffset now)
    {
        if (_round.Count == 0 || _round.Contains(host.Place))
        {
            _round.Clear();
            news.Add(new EventRow(EventKind.Sync, now));
        }

        _ = _round.Add(host.Place);
    }
}
