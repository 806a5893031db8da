using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Wire;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>
/// All that the parent knows and could not find out again: it fits one sealed memory, so that a parent of another build
/// can carry on with it.
/// </summary>
internal sealed class DaemonState
{
    private const uint Format = 2;

    /// <summary>Of the configuration in use; 0 before the first one.</summary>
    public uint Generation { get; set; }

    /// <summary>The id of the next listener.</summary>
    public int NextListenerId { get; set; } = 1;

    /// <summary>How many workers there are; it stays as it was at the start.</summary>
    public int Prefork { get; set; }

    /// <summary>The configured root directory; it stays as it was at the start.</summary>
    public string Root { get; set; } = "";

    /// <summary>The listeners of the configuration in use.</summary>
    public IReadOnlyList<OpenListener> Listeners { get; set; } = [];

    /// <summary>The memory that processes share.</summary>
    public AreaTable Areas { get; } = new();

    /// <summary>What the program knows beyond this: <see cref="Program.DaemonProgram.Memory"/>.</summary>
    public ReadOnlyMemory<byte> OfProgram { get; set; }

    /// <summary>Takes over what a predecessor in this process wrote; its descriptors are open in it.</summary>
    /// <returns>Null if the bytes are not such a state.</returns>
    public static DaemonState? Read(ReadOnlySpan<byte> bytes, Func<int, ListenSocket> adopt)
    {
        WireReader reader = new(bytes);
        if (reader.UInt32() != Format)
        {
            reader.Fail();
        }

        DaemonState state = new()
        {
            Generation = reader.UInt32(),
            NextListenerId = reader.Number(),
            Prefork = reader.Number(),
            Root = reader.Text(),
        };
        List<(int Id, string Key, string Place, SocketAddress Address, int[] Descriptors)> listeners = [];
        for (int left = reader.Count(5 * sizeof(uint)); left > 0; left--)
        {
            listeners.Add((reader.Number(), reader.Text(), reader.Text(), ReadAddress(ref reader), reader.List(static (ref reader) => reader.Number(), sizeof(uint))));
        }

        List<(AreaKey Key, int Count, int Descriptor)> areas = [];
        for (int left = reader.Count(4 * sizeof(uint)); left > 0; left--)
        {
            areas.Add((new AreaKey(reader.Text(), reader.Number()), reader.Number(), reader.Number()));
        }

        state.OfProgram = reader.Bytes().ToArray();
        if (!reader.IsWhole)
        {
            return null;
        }

        foreach ((AreaKey key, int count, int descriptor) in areas)
        {
            state.Areas.Add(key, SharedArea.Adopt(descriptor, count, PageAccess.ReadAndWrite));
        }

        state.Listeners = [.. listeners.Select(listener => new OpenListener(
            listener.Id, listener.Key, listener.Place, listener.Address, [.. listener.Descriptors.Select(adopt)]))];
        return state;
    }

    /// <summary>A configuration that is to follow the one in use: what is settled at the start stays, and it warns of that.</summary>
    /// <param name="loaded">As it was read.</param>
    /// <param name="program">The daemon's name.</param>
    public LoadedConfiguration WithStartValues(LoadedConfiguration loaded, string program)
    {
        List<string> warnings = [.. loaded.Warnings];
        if (loaded.Prefork != Prefork)
        {
            warnings.Add($"prefork stays {Prefork} until {program} is restarted");
        }

        if (!string.Equals(loaded.Root, Root, StringComparison.Ordinal))
        {
            warnings.Add($"chroot stays {Root} until {program} is restarted");
        }

        return loaded with { Warnings = warnings };
    }

    public void Write(WireWriter writer)
    {
        writer.UInt32(Format);
        writer.UInt32(Generation);
        writer.Count(NextListenerId);
        writer.Count(Prefork);
        writer.Text(Root);
        writer.Count(Listeners.Count);
        foreach (OpenListener listener in Listeners)
        {
            writer.Count(listener.Id);
            writer.Text(listener.Key);
            writer.Text(listener.Place);
            writer.Text(listener.Address.ToString());
            writer.Count(listener.Sockets.Count);
            foreach (ListenSocket socket in listener.Sockets)
            {
                writer.Count(socket.Descriptor);
            }
        }

        writer.Count(Areas.All.Count);
        foreach ((AreaKey key, SharedPages pages) in Areas.All)
        {
            writer.Text(key.Name);
            writer.Count(key.Instance);
            writer.Count(pages.Count);
            writer.Count(pages.Descriptor);
        }

        writer.Bytes(OfProgram.Span);
    }

    private static SocketAddress ReadAddress(ref WireReader reader)
    {
        if (!SocketAddress.TryParse(reader.Bytes(), out SocketAddress address))
        {
            reader.Fail();
        }

        return address;
    }
}
