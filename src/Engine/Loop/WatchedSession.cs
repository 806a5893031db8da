using System;
using System.Threading.Tasks;

namespace Sluice.Engine.Loop;

/// <summary>A session whose failure somebody has to hear of.</summary>
/// <param name="session">The session.</param>
/// <param name="failed">Called after the failure was reported.</param>
internal sealed class WatchedSession(Func<ValueTask> session, Action failed)
{
    private bool _hasEnded;

    /// <summary>The session, noted when it ends by itself.</summary>
    public async ValueTask Run()
    {
        await session();
        _hasEnded = true;
    }

    /// <summary>It is over, one way or the other.</summary>
    public void End()
    {
        if (!_hasEnded)
        {
            failed();
        }
    }
}
