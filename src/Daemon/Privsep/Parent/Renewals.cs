using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>
/// In the parent: takes up what is new in the <see cref="WatchedFiles"/> of the configuration in use. Keys go to the process that has them first, which says whether they
/// fit; only then do others hear of their certificates. Whatever is wrong with a file changes nothing.
/// </summary>
/// <param name="log">For the operator.</param>
/// <param name="use">Takes what has become of the configuration into use; of the same generation. Gets the number of the renewal.</param>
internal sealed class Renewals(Log log, Action<LoadedConfiguration, int> use)
{
    /// <summary>In ticks of the parent, a second each: as long as the process with the keys may take.</summary>
    private const int LongestWait = 10;

    private static readonly HashSet<int> _none = [];

    private FileWatch? _watch;
    private LoadedConfiguration? _running;
    private Renewal? _pending;
    private IReadOnlySet<string> _pendingPaths = new HashSet<string>(StringComparer.Ordinal);
    private int _number;
    private int _waited;

    /// <summary>A configuration has been read and comes into use; what has become of another is of no interest any more.</summary>
    public void Begin(LoadedConfiguration loaded, DateTimeOffset now)
    {
        (_running, _pending) = (loaded, null);
        _watch = loaded.Watched is { Paths.Count: > 0 } watched ? new FileWatch(watched.Paths, now) : null;
    }

    /// <summary>A second has passed in which nothing else was changed.</summary>
    public void Tick()
    {
        if (_pending is not null)
        {
            if (++_waited > LongestWait)
            {
                // Its files are looked at anew: they are not accepted yet.
                log.Warning("the process that has the keys does not say whether new ones fit: they are not used");
                _pending = null;
            }

            return;
        }

        if (_watch?.Changed() is { Count: > 0 } changed)
        {
            Renew(changed);
        }
    }

    /// <summary>The process that has the keys has looked at them.</summary>
    public void Take(KeysVerdict verdict)
    {
        if (_pending is { } renewal && verdict.Number == _number)
        {
            _pending = null;
            _watch!.Accept(_pendingPaths);
            Finish(renewal, verdict.Useless.ToHashSet());
        }
    }

    private void Renew(IReadOnlySet<string> changed)
    {
        Renewal? renewal = _running!.Watched!.Renew(new FilesChange(_running, changed, log));
        if (renewal?.WithKeys is { } withKeys)
        {
            (_pending, _pendingPaths, _waited) = (renewal, changed, 0);
            Use(withKeys);
            return;
        }

        _watch!.Accept(changed);
        if (renewal is not null)
        {
            Finish(renewal, _none);
        }
    }

    private void Finish(Renewal renewal, IReadOnlySet<int> useless)
    {
        if (renewal.Finish(useless) is { } renewed)
        {
            Use(renewed);
        }
    }

    private void Use(LoadedConfiguration loaded)
    {
        _running = loaded;
        use(loaded, ++_number);
    }
}
