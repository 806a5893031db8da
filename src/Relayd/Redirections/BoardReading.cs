using System.Collections.Generic;

using Sluice.Relayd.Health;

namespace Sluice.Relayd.Redirections;

/// <summary>The board as it was when a place was first looked at: another process writes to it while rules are made of it, and they must not be made of two states.</summary>
/// <param name="board">What is read.</param>
internal sealed class BoardReading(HealthBoard board)
{
    private readonly Dictionary<int, bool> _mayServe = [];
    private readonly Dictionary<int, bool> _withdrawn = [];

    /// <summary>Begins anew.</summary>
    public void Begin()
    {
        _mayServe.Clear();
        _withdrawn.Clear();
    }

    /// <summary>Whether a host is up and not withdrawn.</summary>
    public bool MayServe(int place)
    {
        if (!_mayServe.TryGetValue(place, out bool may))
        {
            _mayServe[place] = may = board.MayServe(place);
        }

        return may;
    }

    /// <summary>Whether the operator has taken a redirection out of service.</summary>
    public bool IsWithdrawn(int place)
    {
        if (!_withdrawn.TryGetValue(place, out bool isWithdrawn))
        {
            _withdrawn[place] = isWithdrawn = board.WithdrawalOf(place) != Withdrawal.None;
        }

        return isWithdrawn;
    }
}
