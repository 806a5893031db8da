using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Httpd.Applications;

/// <summary>A wait for what somebody else does, who may take too long. One waits at a time.</summary>
internal sealed class BoundedWait
{
    private readonly Waiter _waiter = new();
    private readonly Alarm _alarm;

    /// <summary>Made once, and used again.</summary>
    public BoundedWait()
    {
        _alarm = new Alarm(() => _waiter.Complete(Wake.Expired));
    }

    /// <summary>Waits for <see cref="End"/>; <see cref="Wake.Expired"/> where it does not come in time.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Wake> Wait(DeadlineQueue within)
    {
        _alarm.Arm(within);
        Wake wake = await _waiter.Wait();
        _alarm.Disarm();
        return wake;
    }

    /// <summary>It is done. Whoever waits goes on before this returns.</summary>
    public void End() => _waiter.Complete(Wake.Ready);
}
