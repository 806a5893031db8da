using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Program;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Names;

/// <summary>In the parent: has names looked up by a process that may do nothing else, while the loop goes on (D-01: root reads no answer of the DNS).</summary>
/// <param name="program">The daemon's name.</param>
/// <param name="role">As whom, and with which rights.</param>
/// <param name="loop">The parent's.</param>
internal sealed class NameResolver(string program, Role role, EventLoop loop)
{
    /// <summary>The role that looks names up; a program that has none asks for itself.</summary>
    public const string RoleName = "resolver";

    // All names together. The C library asks a server twice, for 5 s each time.
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(12);

    private readonly byte[] _received = new byte[Channel.LongestMessage];

    /// <summary>Learns what is wanted; what gets no answer in time has no addresses.</summary>
    /// <returns>Why nobody could be asked, or that an answer did not come; null when all were answered.</returns>
    public async ValueTask<string?> Learn(HostNames names)
    {
        string? failure = HostChecks.Check([role], "/", out IReadOnlyDictionary<string, User> users);
        if (failure is null)
        {
            User user = users[role.User];
            WireWriter writer = new();
            new HostQuestion(user.UserId, user.GroupId, [.. names.Wanted]).Write(writer);
            using SealedMemory question = SealedMemory.Create("names", writer.Written);
            failure = await Ask(names, question);
        }

        names.GiveUp();
        return failure;
    }

    private async ValueTask<string?> Ask(HostNames names, SealedMemory question)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        using Channel channel = ours;
        SpawnOptions options = new($"{program}: {role.Name}", ProcessEnvironment.OfChild(ProcessEnvironment.Resolver, instance: 0))
        {
            Descriptors = [theirs.Descriptor],
        };
        ChildProcess? process = ChildProcess.Spawn(options, out Errno error);
        theirs.Dispose();
        if (process is null)
        {
            return $"cannot start the resolver: {error.Describe()}";
        }

        channel.Attach(loop);
        _ = channel.TrySend([0], question.Descriptor);
        Alarm limit = new(process.Kill);
        limit.Arm(loop.Timeouts(_longestWait));
        await TakeAnswers(channel, names);
        limit.Disarm();

        // It has ended, or said what is no answer; it is not waited for longer than a kill takes.
        process.Kill();
        _ = process.Wait();
        return names.Wanted.Count == 0 ? null : $"no answer from the resolver for {names.Wanted.First().Text}{Others(names.Wanted.Count - 1)}";
    }

    private static string Others(int count) => count == 0 ? "" : $" and {count} more";

    private async ValueTask TakeAnswers(Channel channel, HostNames names)
    {
        while (names.Wanted.Count > 0)
        {
            ChannelResult result = channel.TryReceive(_received, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            switch (result.Status)
            {
                case ChannelStatus.Again:
                    _ = await channel.Readable();
                    break;
                case ChannelStatus.Done when HostMessages.ReadAnswer(_received.AsSpan(0, result.LengthBytes)) is { } answer:
                    names.Learn(answer);
                    break;
                default:
                    return;
            }
        }
    }
}
