using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>An address that packets of an active redirection are caught at.</summary>
/// <param name="Redirect">Whose.</param>
/// <param name="Index">Its place among those of the redirection, from 0.</param>
internal readonly record struct Catch(Redirect Redirect, int Index)
{
    public VirtualAddress Address => Redirect.Listens[Index];
}

/// <summary>Ports with the same redirections.</summary>
/// <param name="Ports">The ports.</param>
/// <param name="Catches">In the order in which they are asked; only the last one takes packets from everywhere.</param>
internal readonly record struct PortSlice(PortRange Ports, IReadOnlyList<Catch> Catches);

/// <summary>Ranges of ports that may overlap, cut into such that do not.</summary>
internal static class PortSlices
{
    /// <summary>Cuts them.</summary>
    /// <param name="catches">Of one address and protocol, in the order of the file: the first one that a packet fits has it.</param>
    public static IEnumerable<PortSlice> Of(IReadOnlyList<Catch> catches)
    {
        int[] edges = [.. catches.SelectMany(static one => (int[])[one.Address.Ports.First, one.Address.Ports.Last + 1]).Distinct().Order()];
        PortSlice? last = null;
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            Catch[] here = Asked(catches, edges[i]);
            PortRange ports = new(edges[i], edges[i + 1] - 1);
            if (last is { } before && before.Ports.Last + 1 == ports.First && before.Catches.SequenceEqual(here))
            {
                last = before with { Ports = new PortRange(before.Ports.First, ports.Last) };
                continue;
            }

            if (last is { Catches.Count: > 0 } whole)
            {
                yield return whole;
            }

            last = new PortSlice(ports, here);
        }

        if (last is { Catches.Count: > 0 } rest)
        {
            yield return rest;
        }
    }

    private static Catch[] Asked(IReadOnlyList<Catch> catches, int port)
    {
        List<Catch> asked = [];
        foreach (Catch one in catches.Where(one => port >= one.Address.Ports.First && port <= one.Address.Ports.Last))
        {
            asked.Add(one);
            if (one.Address.Interface is null)
            {
                break;
            }
        }

        return [.. asked];
    }
}
