using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Processes;

/// <summary>The auth process on a loop of the test, which is its one server and its parent.</summary>
public sealed class AuthProcessTests : IDisposable
{
    // Of "U*U", and of "U*U*"; cost 5, so that a test takes milliseconds.
    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private const string OtherHash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";

    private readonly LoopRun _run = new();
    private readonly SaidLines _said = new();
    private readonly Statistics _statistics = Statistics.Create("auth");
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("auth-");
    private readonly ChildContext _context;
    private readonly Channel _server;
    private readonly byte[] _message = new byte[Channel.LongestMessage];
    private readonly List<FileRequest> _requests = [];
    private string[] _paths = ["/a"];
    private long _asked;

    public AuthProcessTests()
    {
        _context = new ChildContext(Roles.Httpd.Find("auth")!, 0, _run.Loop, new Log(_said, 0), _statistics);
        (_server, Channel theirs) = Channel.CreatePair();
        theirs.Attach(_run.Loop);
        _server.Attach(_run.Loop);
        _context.Take(new Peer("server", 1, theirs));
        _context.ToParent = message => _requests.Add((FileRequest)message);
        Configure(1);
        WriteFile("/a", $"ada:{Hash}\n");
    }

    public void Dispose()
    {
        _server.Dispose();
        _statistics.Dispose();
        _run.Dispose();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("ada:U*U", (int)Verdict.Granted)]
    [InlineData("ada:U*V", (int)Verdict.Refused)]
    [InlineData("bob:U*U", (int)Verdict.Refused)]
    public void A_password_is_compared_with_the_file(string text, int expected)
    {
        Verdict verdict = Verdict.None;
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            verdict = await Check(text);
        });

        Assert.Equal((Verdict)expected, verdict);
        Assert.Empty(_said.Lines);
    }

    [Fact]
    public void The_parent_is_asked_once_a_second_at_most()
    {
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            _ = await Check("ada:U*U");
            _ = await Check("ada:U*V");
            _ = await Check("ada:U*U");
            Assert.Single(_requests);
            _run.Clock.Advance(TimeSpan.FromSeconds(1));
            await _run.Loop.NextTurn();
            Ask("ada:U*U");
            await Requested(2);
            Open(_requests[1]);
            Assert.Equal(Verdict.Granted, await Answer());
        });
    }

    [Fact]
    public void A_file_that_changed_counts_at_once_when_it_is_seen()
    {
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Assert.Equal(Verdict.Granted, await Check("ada:U*U"));
            WriteFile("/a", $"ada:{OtherHash}\n");
            _run.Clock.Advance(TimeSpan.FromSeconds(1));
            await _run.Loop.NextTurn();
            Assert.Equal(Verdict.Refused, await Check("ada:U*U"));
            Assert.Equal(Verdict.Granted, await Check("ada:U*U*"));
        });
    }

    [Fact]
    public void A_file_that_is_missing_refuses_everybody_and_is_said_once()
    {
        File.Delete(_root.FullName + "/a");
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Assert.Equal(Verdict.Refused, await Check("ada:U*U"));
            _run.Clock.Advance(TimeSpan.FromSeconds(1));
            await _run.Loop.NextTurn();
            Assert.Equal(Verdict.Refused, await Check("ada:U*U"));
        });

        Assert.Equal(["Warning password file /a: No such file or directory: everybody is refused"], _said.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_refuses_everybody()
    {
        WriteFile("/a", $"ada:{Hash}\n" + new string('x', HeldFile.Largest));
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Assert.Equal(Verdict.Refused, await Check("ada:U*U"));
        });

        Assert.Equal(["Warning password file /a: File too large: everybody is refused"], _said.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void Lines_that_are_of_no_use_are_said_with_their_numbers()
    {
        WriteFile("/a", $"ada:{Hash}\nbob:$apr1$x$y\ncyd:{Hash}\r\ndan:\neve:$2b$31${new string('a', 53)}\n");
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Assert.Equal(Verdict.Granted, await Check("ada:U*U"));
            Assert.Equal(Verdict.Refused, await Check("bob:x"));
            Assert.Equal(Verdict.Refused, await Check("eve:x"));
        });

        Assert.Equal(
            [
                "Warning password file /a: line 2: there is no hash of a known kind: its user is refused",
                "Warning password file /a: line 3: it ends in a carriage return: its user is refused",
                "Warning password file /a: line 4: there is no hash of a known kind: its user is refused",
                "Warning password file /a: line 5: the hash takes too long to compare: its user is refused",
            ],
            _said.Lines,
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_file_that_others_may_read_is_said()
    {
        File.SetUnixFileMode(_root.FullName + "/a", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Assert.Equal(Verdict.Granted, await Check("ada:U*U"));
        });

        Assert.Contains("chmod 600", Assert.Single(_said.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void One_client_cannot_fill_the_queue_of_another()
    {
        List<Verdict> ofFlood = [];
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            _ = await Check("ada:U*U");
            AskMany(Enumerable.Range(0, 100).Select(static number => $"ada:wrong{number}"), client: 7);
            Ask("ada:still wrong", client: 8);
            ofFlood = await AnswersBefore(_asked);
        });

        // Some were refused for want of room, and most of those with room still wait.
        Assert.InRange(ofFlood.Count(verdict => verdict == Verdict.Unavailable), 100 - PasswordChecks.MostOfClient - 4, 100 - PasswordChecks.MostOfClient);
        Assert.InRange(ofFlood.Count(verdict => verdict == Verdict.Refused), 0, 8);
    }

    [Fact]
    public void The_same_question_is_answered_to_all_who_ask()
    {
        List<Verdict> verdicts = [];
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            AskMany(Enumerable.Repeat("ada:U*U", 50), client: 1);
            await Requested(1);
            Open(_requests[0]);
            verdicts = await AnswersBefore(_asked);
        });

        Assert.Equal(49, verdicts.Count(verdict => verdict == Verdict.Granted));
    }

    [Fact]
    public void A_file_of_the_next_configuration_is_waited_for()
    {
        WriteFile("/b", $"bob:{OtherHash}\n");
        Verdict verdict = Verdict.None;
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Ask("bob:U*U*", generation: 2, file: 1);
            await _run.Pass(TimeSpan.Zero);
            Assert.Empty(_requests);
            _paths = ["/a", "/b"];
            Configure(2);
            _context.Reconfigured();
            await Requested(1);
            Open(_requests[0]);
            verdict = await Answer();
        });

        Assert.Equal(Verdict.Granted, verdict);
        Assert.Equal(new FileRequest(2, 1), Assert.Single(_requests));
    }

    [Fact]
    public void What_the_parent_did_not_open_before_a_reload_is_asked_for_anew()
    {
        Verdict verdict = Verdict.None;
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Ask("ada:U*U");
            await Requested(1);
            _paths = ["/b", "/a"];
            Configure(2);
            _context.Reconfigured();
            await Requested(2);
            Open(_requests[1]);
            verdict = await Answer();
        });

        Assert.Equal(Verdict.Granted, verdict);
        Assert.Equal([new FileRequest(1, 0), new FileRequest(2, 1)], _requests);
    }

    [Fact]
    public void A_file_that_no_configuration_has_is_refused()
    {
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            Ask("ada:U*U", file: 1);
            Assert.Equal(Verdict.Refused, await Answer());
        });
    }

    [Fact]
    public void What_is_no_question_is_passed_over_and_said()
    {
        _run.Run(async () =>
        {
            AuthProcess.Run(_context);
            _ = _server.TrySend("nonsense"u8);
            _ = _server.TrySend(new byte[Channel.LongestMessage]);
            Assert.Equal(Verdict.Granted, await Check("ada:U*U"));
        });

        Assert.Equal(["Warning server 2 asked what is no question: passed over"], _said.Lines, StringComparer.Ordinal);
    }

    private void Configure(uint generation)
    {
        HttpdConfiguration configuration = new()
        {
            Chroot = "/",
            LogDirectory = "/",
            Servers =
            [
                .. _paths.Select(path => new Server
                {
                    Name = new ServerName(path),
                    Listens = [],
                    Settings = new Settings { Authentication = new Authentication("", path) },
                }),
            ],
        };
        _context.Take(generation, PasswordFiles.Of(configuration).Write().ToArray(), []);
    }

    private void WriteFile(string path, string content)
    {
        File.WriteAllText(_root.FullName + path, content, Encoding.Latin1);
        File.SetUnixFileMode(_root.FullName + path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async ValueTask<Verdict> Check(string text)
    {
        int before = _requests.Count;
        Ask(text);
        Verdict verdict = Verdict.None;
        while (verdict == Verdict.None)
        {
            await _run.Loop.NextTurn();
            before = OpenFrom(before);
            verdict = TryAnswer()?.Verdict ?? Verdict.None;
        }

        return verdict;
    }

    private int OpenFrom(int index)
    {
        if (index < _requests.Count)
        {
            Open(_requests[index]);
        }

        return _requests.Count;
    }

    private void Ask(string text, uint generation = 1, int file = 0, int client = 1)
    {
        byte[] message = new byte[PasswordQuestion.Longest];
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        PasswordQuestion question = new(++_asked, generation, file, (UInt128)client, bytes, text.IndexOf(':', StringComparison.Ordinal));
        Assert.Equal(ChannelStatus.Done, _server.TrySend(message.AsSpan(0, question.Write(message))));
    }

    private void AskMany(IEnumerable<string> texts, int client)
    {
        foreach (string text in texts)
        {
            Ask(text, client: client);
        }
    }

    // All that come before the answer to that question.
    private async ValueTask<List<Verdict>> AnswersBefore(long last)
    {
        List<Verdict> before = [];
        PasswordAnswer answer;
        while ((answer = await NextAnswer()).Number != last)
        {
            before.Add(answer.Verdict);
        }

        return before;
    }

    private async ValueTask Requested(int count)
    {
        while (_requests.Count < count)
        {
            await _run.Loop.NextTurn();
        }
    }

    // As the parent does.
    private void Open(FileRequest request)
    {
#pragma warning disable CA2000 // Who is told owns it.
        Errno error = Files.OpenBelow(_root.FullName, Encoding.UTF8.GetBytes(_paths[request.Index]), out OpenFile? file);
#pragma warning restore CA2000
        _context.FileCame(new AnsweredFile(request.Generation, request.Index, error, file));
    }

    private async ValueTask<Verdict> Answer() => (await NextAnswer()).Verdict;

    private async ValueTask<PasswordAnswer> NextAnswer()
    {
        PasswordAnswer? answer;
        while ((answer = TryAnswer()) is null)
        {
            Assert.Equal(Wake.Ready, await _server.Readable());
        }

        return answer.Value;
    }

    private PasswordAnswer? TryAnswer()
    {
        ChannelResult received = _server.TryReceive(_message, out _);
        return received.Status == ChannelStatus.Done && PasswordAnswer.TryRead(_message.AsSpan(0, received.LengthBytes), out PasswordAnswer answer)
            ? answer
            : null;
    }
}
