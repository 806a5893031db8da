using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Processes;

namespace Sluice.Sandboxed;

/// <summary>
/// What the tests start to see how a child of ours finds itself, and to try from inside what a sandbox refuses. It
/// speaks over the channel that it inherits, as our programs do, and enters by the same call.
/// </summary>
internal static class Program
{
    private static readonly byte[] _buffer = new byte[Channel.LongestMessage];

    private static int Main(string[] arguments)
    {
        using Channel channel = Channel.Adopt(ChildProcess.FirstDescriptor);
        switch (arguments[0])
        {
            case "describe":
                Send(channel, Surroundings.Describe(arguments));
                return 7;
            case "spawn":
                return Spawn(channel);
            case "execute":
                Surroundings.Inherit(ChildProcess.FirstDescriptor);
                ProgramFile.ExecuteAgain("again", ["describe", "executed"], [DiagnosticsSockets.Disabled, "ONLY=this"], []);
                return 0;
            case "wait":
                _ = channel.Receive(_buffer, out _);
                return 0;
            case "sandbox":
                return RunSandboxed(channel, arguments is [_, "tls"] ? Workings.WarmUpWithTls : Workings.WarmUp);
            default:
                return 2;
        }
    }

    // A child of its own, from the same file, which answers in its place.
    private static int Spawn(Channel channel)
    {
        SpawnOptions options = new("grandchild", [DiagnosticsSockets.Disabled, "ONLY=this"])
        {
            Arguments = ["describe", "spawned"],
            Descriptors = [channel.Descriptor],
        };
        return ChildProcess.Spawn(options, out Errno error)?.Wait().Status ?? (int)error;
    }

    private static int RunSandboxed(Channel channel, Action warmUp)
    {
        SandboxProfile profile = ReadProfile(Receive(channel)!);
        Attempt.Prepare();
        TimeSpan preloaded = Preload.Run(typeof(Program).Assembly, warmUp);
        long start = Stopwatch.GetTimestamp();
        Sandbox.Enter(profile);
        TimeSpan entered = Stopwatch.GetElapsedTime(start);
        Send(channel, string.Create(
            CultureInfo.InvariantCulture,
            $"preload {preloaded.TotalMilliseconds:F1} ms, enter {entered.TotalMilliseconds:F1} ms"));
        while (Receive(channel) is string command)
        {
            Send(channel, Obey(command.Split(' ')));
        }

        return 0;
    }

    private static string Obey(string[] words) => words[0] switch
    {
        "syscall" => Attempt.Make(words[1], words[2..]),
        _ => Workings.Run(words[0]),
    };

    // "root uid gid kept set set …", the sets by the names of SyscallSet's properties, or that of a role as daemon.role, or daemon.role.preparation.
    private static SandboxProfile ReadProfile(string text)
    {
        string[] words = text.Split(' ');
        IEnumerable<SyscallSet> sets = words[4..].Select(static name => name.Split('.') is [string daemon, string role, .. string[] preparation]
            ? ((RoleTable)PropertyOf(typeof(Roles), daemon)).Find(role)!.SyscallsOf(Enum.Parse<Preparation>(string.Join(',', ["None", .. preparation])))
            : (SyscallSet)PropertyOf(typeof(SyscallSet), name));
        return new SandboxProfile("test", words[0], Number(words[1]), Number(words[2]), sets.Aggregate(static (all, set) => all.With(set)))
        {
            Kept = Enum.Parse<Capabilities>(words[3]),
        };
    }

    private static object PropertyOf(Type type, string name) => type.GetProperty(name)!.GetValue(obj: null)!;

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static void Send(Channel channel, string text) => _ = channel.Send(Encoding.UTF8.GetBytes(text));

    private static string? Receive(Channel channel)
    {
        ChannelResult result = channel.Receive(_buffer, out _);
        return result.Status == ChannelStatus.Done ? Encoding.UTF8.GetString(_buffer, 0, result.LengthBytes) : null;
    }
}
