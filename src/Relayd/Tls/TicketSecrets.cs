using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>In the parent: the keys of session tickets, and the secrets from which machines that share them compute them (R-TLS-08, D-42).</summary>
/// <param name="clock">The time of day.</param>
internal sealed class TicketSecrets(Clock clock)
{
    private const int LongestFile = 64 * 1024;

    /// <summary>Bits of a mode, which leave nothing to others than the owner.</summary>
    private const int OfGroupAndOthers = 0x3f;

    private readonly TicketRings _rings = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _known = new(StringComparer.Ordinal);

    /// <summary>What the relays of a configuration are told of keys; null where clients get no tickets.</summary>
    public Supplement? For(RelaydConfiguration configuration)
    {
        Protocol[] protocols =
            [.. configuration.Relays.AsEnumerable().Where(static relay => relay.Tls).Select(configuration.ProtocolOf).Where(static protocol => protocol.Tls.SessionTickets).DistinctBy(static protocol => protocol.Id)];
        if (protocols.Length == 0)
        {
            return null;
        }

        TimeSpan[] lifetimes = [ClientSide.TicketLifetime];
        SharedTickets[] shared = [.. protocols.Where(static protocol => protocol.Tls.TicketFile is not null).SelectMany(Shared)];
        return new Supplement(
            "relay", shared.Length > 0 ? TicketRings.Period(shared) : TicketRings.Period(lifetimes), now => _rings.Write(lifetimes, now, shared, clock.Utc));
    }

    /// <summary>Reads the secrets that were replaced on disk (D-46); whether any of them is another now. A file that is of no use changes nothing.</summary>
    /// <param name="change">What was replaced.</param>
    public bool Renew(FilesChange change)
    {
        bool isAny = false;
        foreach (string file in _known.Keys.Where(change.Paths.Contains).ToArray())
        {
            if (Read(file, out string fault) is not { } secret)
            {
                change.Log.Warning($"session tickets: {fault} What was replaced is not used, the secret before it still is.");
            }
            else if (!secret.Span.SequenceEqual(_known[file].Span))
            {
                change.Log.Info($"session tickets: the secret {file} was replaced and is in use");
                isAny = true;
            }
        }

        return isAny;
    }

    // The file was looked at when the configuration was read; where that is over, such as when a host is added, and it is gone, what it said holds on.
    private IEnumerable<SharedTickets> Shared(Protocol protocol)
    {
        string file = protocol.Tls.TicketFile!;
        if (Read(file, out _) is { } secret)
        {
            _known[file] = secret;
        }

        return _known.TryGetValue(file, out ReadOnlyMemory<byte> known) ? [new SharedTickets(ClientSide.TicketNumber(protocol), ClientSide.TicketLifetime, known)] : [];
    }

    /// <summary>What a file says; null, with a sentence for the operator, where it is of no use or no secret.</summary>
    public static ReadOnlyMemory<byte>? Read(string path, out string fault)
    {
        Errno error = Files.Open(Bytes.Of(path), Links.Follow, out OpenFile? opened);
        using OpenFile? file = opened;
        byte[]? content = file?.ReadAll(LongestFile);
        ReadOnlyMemory<byte>? secret = content is null ? null : SharedTickets.SecretIn(content);
        fault = error != Errno.None ? $"{path}: {error.Describe()}."
            : file!.Status.UserId != 0 ? $"{path} belongs to another user than root, who can read and replace it: chown root."
            : (file.Status.Mode & OfGroupAndOthers) != 0 ? $"{path} is open to its group or others, who could read what clients have said: chmod 600."
            : content is null ? $"{path} is longer than {LongestFile} bytes."
            : secret is null ? $"{path} has less than {SharedTickets.ShortestSecret} bytes: openssl rand -hex 32 makes a good one."
            : "";
        return fault.Length > 0 ? null : secret;
    }
}
