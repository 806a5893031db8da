using System;
using System.Buffers.Binary;

using Sluice.Engine.Io;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Relayd.Rules;

/// <summary>What the rules of a relay know of it.</summary>
/// <param name="Listen">Where it listens.</param>
/// <param name="TimeoutSeconds">How long a session may be idle.</param>
/// <param name="Hash">Keyed as its tables are, so that all processes send a client to the same host.</param>
internal sealed record RelayFacts(SocketAddress Listen, int TimeoutSeconds, SipHash Hash);

/// <summary>A session as rules see it, and what they made of it. Used again for the next session after <see cref="Begin"/>.</summary>
internal sealed class RuleSubject
{
    private const int HashBytes = sizeof(ulong);

    /// <summary>Its relay.</summary>
    public RelayFacts Relay { get; set; } = null!;

    /// <summary>Whom it serves.</summary>
    public SocketAddress Client { get; set; }

    /// <summary>The address that the client connected to.</summary>
    public SocketAddress Local { get; private set; }

    /// <summary>The host that it is connected to; none before that.</summary>
    public SocketAddress Host { get; set; }

    /// <summary>Its tag, from 1; 0 for none. It stays until a rule changes it (R-FILTER-28).</summary>
    public int TagId { get; set; }

    /// <summary>Its label, from 1; 0 for none. It stays as the tag does.</summary>
    public int LabelId { get; set; }

    /// <summary>Text of the label; empty for none.</summary>
    public byte[] Label { get; set; } = [];

    /// <summary>Definition of the table that the rules chose for the last request; null for no choice (R-FILTER-29).</summary>
    public string? Table { get; set; }

    /// <summary>What the rules hashed of the last request; null for nothing (R-FILTER-63).</summary>
    public ulong? Hashed { get; private set; }

    /// <summary>Whether a rule asked for <c>Connection: close</c> behind the last message.</summary>
    public bool MustClose { get; set; }

    /// <summary>Takes a session up.</summary>
    public void Begin(RelayFacts relay, in SocketAddress client, in SocketAddress local)
    {
        (Relay, Client, Local, Host) = (relay, client, local, default);
        (TagId, LabelId, Label) = (0, 0, []);
        BeginRequest();
        MustClose = false;
    }

    /// <summary>Forgets what was chosen for the last request.</summary>
    public void BeginRequest() => (Table, Hashed) = (null, null);

    /// <summary>Adds a value to what is hashed.</summary>
    public void Hash(ReadOnlySpan<byte> value)
    {
        Span<byte> both = stackalloc byte[2 * HashBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(both, Hashed ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(both[HashBytes..], Relay.Hash.Of(value));
        Hashed = Relay.Hash.Of(both);
    }
}
