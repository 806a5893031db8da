using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Daemon.Wire;

namespace Sluice.Daemon.Names;

/// <summary>What the resolver is asked, in sealed memory.</summary>
/// <param name="UserId">As whom it is to work.</param>
/// <param name="GroupId">The same.</param>
/// <param name="Names">All at once: they are asked for side by side.</param>
internal readonly record struct NameQuestion(uint UserId, uint GroupId, IReadOnlyList<string> Names)
{
    public void Write(WireWriter writer)
    {
        writer.UInt32(UserId);
        writer.UInt32(GroupId);
        writer.List([.. Names], static (to, name) => to.Latin1(name));
    }

    /// <summary>Null where the bytes are none.</summary>
    public static NameQuestion? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        NameQuestion question = new(reader.UInt32(), reader.UInt32(), reader.List(static (ref from) => from.Latin1(), leastBytes: 4));
        return reader.IsWhole ? question : null;
    }
}

/// <summary>One answer of the resolver, a message of its own.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Addresses">At most <see cref="HostNames.MostAddresses"/>, in the order of the C library; none where the name is not known.</param>
internal readonly record struct NameAnswer(string Name, IReadOnlyList<IPAddress> Addresses)
{
    public void Write(WireWriter writer)
    {
        writer.Latin1(Name);
        writer.List([.. Addresses], static (to, address) => to.Address(address));
    }

    /// <summary>Null where the bytes are none, or hold more than an answer may.</summary>
    public static NameAnswer? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        NameAnswer answer = new(reader.Latin1(), reader.List(static (ref from) => from.Address(), leastBytes: 4));
        return reader.IsWhole && answer.Addresses.Count <= HostNames.MostAddresses ? answer : null;
    }
}
