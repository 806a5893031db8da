using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>
/// In the parent, which does not look into keys: has the new keys of a configuration that was read tried by the process that has those in use, before the configuration is
/// used. One that brings a key which is not that of its certificate is refused, and not found out by handshakes that fail.
/// </summary>
/// <param name="loop">The parent's.</param>
/// <param name="send">Sends them with the number of the trial; false where no process has keys, as before the first that speaks TLS.</param>
internal sealed class KeyTrials(EventLoop loop, Func<SealedMemory, int, bool> send)
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    private readonly Waiter _waiter = new();
    private KeysFaults? _faults;
    private int _number;

    /// <summary>Tries them; one configuration at a time.</summary>
    /// <param name="running">The one in use.</param>
    /// <param name="loaded">The one that was read; null for none. It is released where the result is null.</param>
    /// <param name="messages">What has been said of it.</param>
    /// <returns>Null where a key does not fit, which is said before all else. Where no answer comes it is used: its handshakes say the same.</returns>
    public async ValueTask<(LoadedConfiguration? Loaded, string Messages)> Judge(LoadedConfiguration running, LoadedConfiguration? loaded, string messages)
    {
        SealedMemory? keys = loaded?.Payloads.GetValueOrDefault(KeysProcess.RoleName);
        if (keys is null || KeySlice.NextIdOf(keys) == KeySlice.NextIdOf(running.Payloads.GetValueOrDefault(KeysProcess.RoleName)) || !send(keys, ++_number))
        {
            return (loaded, messages);
        }

        _faults = null;
        Alarm limit = new(() => _waiter.Complete(Wake.Expired));
        limit.Arm(loop.Timeouts(_longestWait));
        _ = await _waiter.Wait();
        limit.Disarm();
        if (_faults is not { Faults.Count: > 0 } found)
        {
            return (loaded, messages);
        }

        loaded!.Release();
        return (null, string.Join('\n', found.Faults) + "\n" + messages);
    }

    /// <summary>They were tried.</summary>
    public void Take(KeysFaults faults)
    {
        if (faults.Number == _number && _waiter.IsWaiting)
        {
            _faults = faults;
            _waiter.Complete(Wake.Ready);
        }
    }
}
