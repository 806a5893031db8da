using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Wire;

namespace Sluice.Daemon.Names;

/// <summary>What the resolver is asked while a configuration is read, in sealed memory.</summary>
/// <param name="UserId">As whom it is to work.</param>
/// <param name="GroupId">The same.</param>
/// <param name="Sources">All at once: they are asked side by side.</param>
internal readonly record struct HostQuestion(uint UserId, uint GroupId, IReadOnlyList<HostSource> Sources)
{
    public void Write(WireWriter writer)
    {
        writer.UInt32(UserId);
        writer.UInt32(GroupId);
        writer.List([.. Sources], HostMessages.Write);
    }

    /// <summary>Null where the bytes are none.</summary>
    public static HostQuestion? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        HostQuestion question = new(reader.UInt32(), reader.UInt32(), reader.List(HostMessages.ReadSource, HostMessages.LeastSource));
        return reader.IsWhole ? question : null;
    }
}

/// <summary>Sources and their answers as bytes. Answers come from a process that meets the network, and are read by root: strictly.</summary>
public static class HostMessages
{
    /// <summary>Bytes of the shortest source.</summary>
    internal const int LeastSource = 1 + sizeof(uint);

    private const int LeastHost = sizeof(uint) + 4 + (2 * sizeof(long)) + 1;
    private const int LongestFailure = 1024;

    /// <summary>The sources that a process is to follow.</summary>
    public static byte[] Write(IEnumerable<HostSource> sources)
    {
        WireWriter writer = new();
        writer.List([.. sources], Write);
        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else.</summary>
    public static IReadOnlyList<HostSource>? ReadSources(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        HostSource[] sources = reader.List(ReadSource, LeastSource);
        return reader.IsWhole ? sources : null;
    }

    /// <summary>An answer, as a message of its own.</summary>
    public static byte[] Write(HostAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        WireWriter writer = new();
        Write(writer, answer.Source);
        writer.List([.. answer.Hosts], Write);
        writer.Number(answer.Lifetime.Ticks);
        writer.Latin1(answer.Failure.Length <= LongestFailure ? answer.Failure : answer.Failure[..LongestFailure]);
        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else, or hold more than an answer may.</summary>
    public static HostAnswer? ReadAnswer(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        HostAnswer answer = new(
            ReadSource(ref reader),
            reader.List(ReadHost, LeastHost),
            TimeSpan.FromTicks(reader.Number(HostFinder.Shortest.Ticks, HostFinder.Longest.Ticks)),
            reader.Latin1());
        bool isRight = answer.Hosts.Count <= HostAnswer.Most
            && (answer.Hosts.Count > 0) == (answer.Failure.Length == 0)
            && answer.Hosts.DistinctBy(static host => (host.Address, host.Port)).Count() == answer.Hosts.Count
            && (answer.Source.Kind == HostSourceKind.Once || answer.Hosts.All(static host => FoundHost.CanBe(host.Address)));
        return reader.IsWhole && isRight ? answer : null;
    }

    internal static void Write(WireWriter writer, HostSource source)
    {
        writer.Small((int)source.Kind);
        writer.Latin1(source.Text);
    }

    internal static HostSource ReadSource(ref WireReader reader) => new((HostSourceKind)reader.Small((int)HostSourceKind.File), reader.Latin1());

    private static void Write(WireWriter writer, FoundHost host)
    {
        writer.Address(host.Address);
        writer.Number(host.Port);
        writer.Number(host.Weight);
        writer.OptionalLatin1(host.Name);
    }

    private static FoundHost ReadHost(ref WireReader reader)
    {
        IPAddress address = reader.Address();
        int port = (int)reader.Number(0, ushort.MaxValue);
        int weight = (int)reader.Number(0, FoundHost.MostWeight);
        string? name = reader.OptionalLatin1();
        if (name is not null && !HostNames.IsName(name))
        {
            reader.Fail();
        }

        return new FoundHost(address, port, weight, name);
    }
}
