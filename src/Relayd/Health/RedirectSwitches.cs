using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health;

/// <summary>Which redirections the operator, or the configuration, has taken out of service. It stands on the board, where who begins anew finds it.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="board">Where it is written.</param>
internal sealed class RedirectSwitches(EventLoop loop, HealthBoard board)
{
    private Dictionary<int, (Redirect Redirect, bool IsDisabled)> _redirects = [];
    private bool _hasBegun;

    /// <summary>Works by a configuration. What the operator said holds on where the configuration says the same as before.</summary>
    public void Take(Sequence<Redirect> redirects)
    {
        Dictionary<int, (Redirect, bool)> taken = [];
        foreach (Redirect redirect in redirects)
        {
            HostHealth left = board.Read(redirect.Place);
            bool isDisabled = _redirects.TryGetValue(redirect.Place, out (Redirect Redirect, bool IsDisabled) before)
                ? before.Redirect.IsDisabled == redirect.IsDisabled ? before.IsDisabled : redirect.IsDisabled
                : !_hasBegun && left.LastChange is not null ? left.Withdrawal != Withdrawal.None : redirect.IsDisabled;
            taken[redirect.Place] = (redirect, isDisabled);
            Write(redirect, isDisabled ? Withdrawal.Disabled : Withdrawal.None);
        }

        _redirects = taken;
        _hasBegun = true;
    }

    /// <summary>Takes one out of service, or back.</summary>
    /// <returns>Which one; null where there is none of that id.</returns>
    public Redirect? Set(int id, TableAction action)
    {
        foreach ((int place, (Redirect redirect, _)) in _redirects)
        {
            if (redirect.Id == id)
            {
                _redirects[place] = (redirect, action == TableAction.Disable);
                Write(redirect, action == TableAction.Disable ? Withdrawal.Disabled : Withdrawal.None);
                return redirect;
            }
        }

        return null;
    }

    // The time says that it was written at all.
    private void Write(Redirect redirect, Withdrawal withdrawal) =>
        board.Write(redirect.Place, new HostHealth { Withdrawal = withdrawal, LastChange = loop.Utc });
}
