using System.Text;

using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Daemon.Names;

/// <summary>The hosts of a file. It is looked at each second, and read when it has changed and rests.</summary>
/// <param name="source">Its path.</param>
internal sealed class FileFinder(HostSource source) : HostFinder(source)
{
    private readonly SystemClock _clock = new();
    private FileWatch? _watch;

    /// <inheritdoc/>
    public override HostAnswer? Look()
    {
        if (_watch is null)
        {
            HostAnswer first = Read();
            _watch = new FileWatch([Source.Text], _clock.Utc);
            return first;
        }

        if (_watch.Changed() is not { Count: > 0 } changed)
        {
            return null;
        }

        HostAnswer answer = Read();
        _watch.Accept(changed);
        return answer;
    }

    private HostAnswer Read()
    {
        string path = Source.Text;
        Errno error = Files.Open(Encoding.Latin1.GetBytes(path), Links.Follow, out OpenFile? file);
        using OpenFile? opened = file;
        if (opened is null)
        {
            return Failed($"{path}: {error.Describe()}{(error == Errno.AccessDenied ? ": it must be a regular file, and the user _resolver must be able to read it" : "")}");
        }

        return opened.ReadAll(HostFile.Longest) is not { } bytes ? Failed($"{path}: cannot be read: it must be a regular file of at most {HostFile.Longest} bytes")
            : HostFile.TryRead(path, bytes, out HostFile hosts, out string failure) ? Answer(hosts.Hosts, Shortest)
            : Failed(failure);
    }

    private HostAnswer Failed(string failure) => new(Source, [], Shortest, failure);
}
