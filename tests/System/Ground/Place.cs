using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>
/// Where one test happens: a network and a mount namespace of its own, so that ports are free and nothing leaves, and
/// a folder. A thread lives in the namespaces; sockets and processes made on it, and threads started from it, belong there.
/// </summary>
internal sealed class Place : IDisposable
{
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(60);

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public Place()
    {
        if (Libc.EffectiveUser() != 0)
        {
            throw new XunitException("the system tests need root: ./test as root");
        }

        Folder = Directory.CreateTempSubdirectory("sluice-").FullName;
        File.SetUnixFileMode(Folder, Modes.Folder);
        _thread = new Thread(Live) { IsBackground = true, Name = "place" };
        _thread.Start();
        Run(Enter);
        Tool("mount", "--make-rprivate", "/");
        Tool("mount", "-t", "tmpfs", "-o", "mode=755", "run", "/run");
        Tool("ip", "link", "set", "lo", "up");
    }

    /// <summary>Gone after the test.</summary>
    public string Folder { get; }

    /// <summary>The clone that the tests belong to.</summary>
    public static string Clone { get; } = FindClone();

    /// <summary>The program as <c>make</c> publishes it, or a copy of it by its path.</summary>
    public static string Program(string name)
    {
        string path = Path.Combine(Clone, "artifacts", "sbin", name);
        return File.Exists(path) ? path : throw new XunitException($"{path} is not there: make");
    }

    /// <summary>A copy of the published program in the folder, which a test may change, or a user without rights may see.</summary>
    public string CopyOf(string program)
    {
        string copy = Path.Combine(Folder, "sbin");
        Tool("cp", "-r", Path.GetDirectoryName(Program(program))!, copy);
        Tool("chmod", "-R", "a+rX", copy);
        return Path.Combine(copy, program);
    }

    /// <summary>Does it in the namespaces and waits for it.</summary>
    public T Run<T>(Func<T> work)
    {
        T? result = default;
        Run(() => { result = work(); });
        return result!;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim done = new();
        _work.Add(() =>
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Thrown again where it was asked for.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
    }

    /// <summary>A TCP socket of these namespaces.</summary>
    public Socket Socket(AddressFamily family) => Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>Runs a program here to its end and gives what it wrote; it must succeed.</summary>
    public string Tool(string name, params string[] arguments)
    {
        (int status, string output, string errors) = Call(name, arguments);
        return status == 0 ? output : throw new XunitException($"{name} {string.Join(' ', arguments)}: {status}: {errors}");
    }

    /// <summary>Runs a program here to its end: status, standard output, standard error.</summary>
    public (int Status, string Output, string Errors) Call(string name, params string[] arguments)
    {
        using Process process = Start(new ProcessStartInfo(name, arguments));
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, errors], _callLimit) || !process.WaitForExit(_callLimit))
        {
            process.Kill();
            throw new XunitException($"{name} {string.Join(' ', arguments)}: does not end, or something holds its output");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts a process in the namespaces, with all its streams to us and a small environment.</summary>
    public Process Start(ProcessStartInfo what)
    {
        what.RedirectStandardInput = true;
        what.RedirectStandardOutput = true;
        what.RedirectStandardError = true;
        return Run(() => Process.Start(what) ?? throw new XunitException($"{what.FileName} did not start"));
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Live()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private static void Enter()
    {
        if (Libc.Unshare(Libc.CLONE_NEWNET | Libc.CLONE_NEWNS) != 0)
        {
            throw new XunitException($"no namespaces: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static string FindClone()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new XunitException("the tests do not run inside a clone");
    }
}

/// <summary>Permissions of what the unprivileged processes read.</summary>
internal static class Modes
{
    public const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    public const UnixFileMode Folder = File | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
}
