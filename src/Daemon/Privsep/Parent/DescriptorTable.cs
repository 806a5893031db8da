using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>In the parent: what it has opened for roles under a name.</summary>
internal sealed class DescriptorTable
{
    private readonly Dictionary<string, IKeptDescriptor> _open = new(StringComparer.Ordinal);

    /// <summary>What is open under a name.</summary>
    public IKeptDescriptor this[string name] => _open[name];

    /// <summary>Opens what a configuration needs and is not open yet.</summary>
    /// <param name="requests">Those of the new configuration.</param>
    /// <returns>What could not be opened and what to do, or null; what was opened before stays either way.</returns>
    public string? Open(IReadOnlyList<DescriptorRequest> requests)
    {
        foreach (DescriptorRequest request in requests.Where(request => !_open.ContainsKey(request.Name)))
        {
            if (request.Open(out string failure) is not { } opened)
            {
                return failure;
            }

            _open.Add(request.Name, opened);
        }

        return null;
    }

    /// <summary>The configuration with these requests is in use: closes what it does not need.</summary>
    public void CloseOthers(IReadOnlyList<DescriptorRequest> requests)
    {
        foreach (string name in _open.Keys.Except(requests.Select(request => request.Name), StringComparer.Ordinal).ToArray())
        {
            _open[name].Dispose();
            _ = _open.Remove(name);
        }
    }
}
