using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

using Sluice.Engine;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

/// <summary>A running tests/Sandboxed: it gets commands over its channel and answers each.</summary>
internal sealed class Prober : IDisposable
{
    // Any user without rights; the numbers of nobody and nogroup on Debian.
    public const uint User = 65534;

    // A thread that is ending needs only a processor for that.
    private static readonly TimeSpan _ending = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;
    private readonly Channel _channel;
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];

    /// <summary>Starts it by its own host.</summary>
    public Prober(params string[] arguments)
        : this(ProbeProgram.ByOwnHost(arguments))
    {
    }

    public Prober(SpawnOptions options)
    {
        (_channel, Channel theirs) = Channel.CreatePair();
        using (theirs)
        {
            _process = ChildProcess.Spawn(options with { Descriptors = [theirs.Descriptor, .. options.Descriptors] }, out Errno error)
                ?? throw new IOException($"tests/Sandboxed does not start: {error}");
        }
    }

    public int ProcessId => _process.ProcessId;

    /// <summary>Starts it and sends it into a sandbox; its first answer, which says how long that took, is passed.</summary>
    public static Prober Sandboxed(string root, Capabilities kept, params string[] sets) => Sandboxed(["sandbox"], root, kept, sets);

    /// <summary>The same, of a role that speaks TLS.</summary>
    public static Prober SandboxedWithTls(string root, params string[] sets) =>
        Sandboxed(["sandbox", "tls"], root, Capabilities.None, sets);

    /// <summary>The answer to one command.</summary>
    public string Ask(string command)
    {
        _ = _channel.Send(Encoding.UTF8.GetBytes(command));
        return Answer() ?? $"no answer, {_process.Wait().Describe()}";
    }

    /// <summary>Its next message, or null when it has ended.</summary>
    public string? Answer()
    {
        ChannelResult result = _channel.Receive(_buffer, out _);
        return result.Status == ChannelStatus.Done ? Encoding.UTF8.GetString(_buffer, 0, result.LengthBytes) : null;
    }

    /// <summary>The lines name=value of its next message.</summary>
    public IReadOnlyDictionary<string, string> Description() =>
        Answer()!.Split('\n').Select(static line => line.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);

    /// <summary>Ends the channel; a living one ends by that.</summary>
    public ChildExit Finish()
    {
        _channel.Dispose();
        return _process.Wait();
    }

    /// <summary>The values that a line of /proc/pid/task/*/status has, each once, over all threads.</summary>
    /// <remarks>
    /// setresuid(2) of glibc passes over a thread that is ending: it runs no code of ours any more, but is seen with its old rights
    /// until it is gone. So a thread that is not like the first one is looked at until it is gone or like it; if it stays, it is reported.
    /// </remarks>
    public string[] OfAllThreads(string field)
    {
        string folder = $"/proc/{ProcessId.ToString(CultureInfo.InvariantCulture)}/task";
        string first = ValueOf($"{folder}/{ProcessId.ToString(CultureInfo.InvariantCulture)}", field)!;
        return [.. Directory.GetDirectories(folder).Select(task => Settled(task, field, first)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        _process.Kill();
        _channel.Dispose();
        _ = _process.Wait();
    }

    private static Prober Sandboxed(string[] arguments, string root, Capabilities kept, string[] sets)
    {
        Assert.True(Unix.IsRoot, "this test changes its root and its user: run it as root");
        // Without streams, for some are meant to end with a trace.
        Prober prober = new(ProbeProgram.ByOwnHost(arguments) with { Streams = StandardStreams.Null });
        string first = prober.Ask($"{root} {User} {User} {kept} {string.Join(' ', sets)}");
        Assert.StartsWith("preload", first, StringComparison.Ordinal);
        return prober;
    }

    private static string? Settled(string task, string field, string expected)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string? value = ValueOf(task, field);
        while (value is not null && value != expected && watch.Elapsed < _ending)
        {
            Thread.Sleep(1);
            value = ValueOf(task, field);
        }

        return value;
    }

    // Null where the thread is gone.
    private static string? ValueOf(string task, string field)
    {
        try
        {
            return File.ReadLines(task + "/status").FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..]
                .Replace('\t', ' ').Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>The two ways in which a program of .NET is started.</summary>
internal static class ProbeProgram
{
    // artifacts/bin/Unit/debug beside artifacts/bin/Sandboxed/debug
    private static readonly string _directory =
        Path.Combine(AppContext.BaseDirectory, "../../Sandboxed", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')));

    private static readonly string[] _environment = [DiagnosticsSockets.Disabled, "TZ=Europe/Berlin"];

    public static SpawnOptions ByOwnHost(params string[] arguments) =>
        new("prober", _environment) { File = Path.Combine(_directory, "Sluice.Sandboxed"), Arguments = arguments };

    public static SpawnOptions ByDotnet(params string[] arguments) => new("prober", _environment)
    {
        File = "/usr/bin/dotnet",
        Arguments = [Path.Combine(_directory, "Sluice.Sandboxed.dll"), .. arguments],
    };
}
