using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Httpd.Passwords;

namespace Sluice.Httpd.Processes;

/// <summary>The auth process: reads the password files and compares passwords with them, and does nothing else.</summary>
/// <remarks>It may receive from the servers, answer them and speak to the parent, which opens the password files for it. It opens no
/// file and no socket, and runs as <c>_httpd_keys</c> in <c>/var/empty</c>. It is not there where no password is asked for.</remarks>
internal sealed class AuthProcess
{
    /// <summary>Questions of one server in a turn; then the others have theirs.</summary>
    private const int MostPerTurn = 64;

    private const int MostThreads = 4;

    /// <summary>How many configurations' numbers are known: a server may still ask by an older one, but by none before these, whose sessions it has ended (D-32).</summary>
    private const int MostGenerations = 8;

    /// <summary>As long a server believes what it knows of a file.</summary>
    private static readonly TimeSpan _belief = TimeSpan.FromSeconds(1);

    private readonly ChildContext _context;
    private readonly PasswordChecks _checks;
    private readonly SecretBytes _message = new(PasswordQuestion.Longest);
    private readonly Dictionary<string, HeldFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, HeldFile[]> _generations = [];

    /// <summary>Questions by a configuration that is not here yet.</summary>
    private readonly List<Question> _early = [];

    private AuthProcess(ChildContext context)
    {
        _context = context;
        // Half of the processors: nobody who guesses passwords takes more from those who serve.
        int threads = int.Clamp(Environment.ProcessorCount / 2, 1, MostThreads);
        _checks = new PasswordChecks(context.Loop, [.. Enumerable.Range(0, threads).Select(_ => new WorkThread(context.Loop, WorkPriority.Low))]);
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        AuthProcess auth = new(context);
        auth.TakeFiles();
        context.Reconfigured = auth.TakeFiles;
        context.FileCame = auth.TakeFile;
        context.PeerConnected = auth.Serve;
        foreach (Peer server in context.Peers("server"))
        {
            auth.Serve(server);
        }
    }

    private void TakeFiles()
    {
        IReadOnlyList<string> paths = PasswordFiles.Read(_context.Payload.Span)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        foreach (HeldFile file in _files.Values)
        {
            file.Index = -1;
        }

        HeldFile[] files = [.. paths.Select(FileAt)];
        _generations[_context.Generation] = files;
        _ = _generations.Remove(unchecked(_context.Generation - MostGenerations));
        Forget();
        foreach (HeldFile file in _files.Values.Where(file => file.IsAskedFor))
        {
            // The parent passes over what it was asked by another configuration.
            Ask(file);
        }

        Question[] early = [.. _early];
        _early.Clear();
        foreach (Question question in early)
        {
            Take(question);
        }
    }

    private HeldFile FileAt(string path, int index)
    {
        if (!_files.TryGetValue(path, out HeldFile? file))
        {
            file = new HeldFile(path, _context.Log.Warning);
            _files.Add(path, file);
        }

        file.Index = index;
        return file;
    }

    /// <summary>Drops those that no configuration has any more.</summary>
    private void Forget()
    {
        HashSet<HeldFile> kept = [.. _generations.Values.SelectMany(files => files)];
        foreach (HeldFile file in _files.Values.Where(file => !kept.Contains(file)).ToArray())
        {
            _files.Remove(file.Path);
            file.Index = -1;
            Fail(file);
            file.Forget();
        }
    }

    private void Serve(Peer peer)
    {
        RareWarning warning = new(_context.Loop, _context.Log);
        _context.Loop.SpawnVital(() => ChannelTurns.Listen(_context.Loop, peer.Channel, MostPerTurn, () => Receive(peer, warning)));
    }

    private ChannelStatus Receive(Peer peer, RareWarning warning)
    {
        ChannelResult received = peer.Channel.TryReceive(_message.Span, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status is ChannelStatus.Again or ChannelStatus.Closed)
        {
            return received.Status;
        }

        Span<byte> message = _message.Span[..received.LengthBytes];
        if (received.Status == ChannelStatus.Done && PasswordQuestion.TryRead(message, out PasswordQuestion question))
        {
            Take(peer.Channel, question);
        }
        else
        {
            warning.Say($"{peer.Role} {peer.Instance + 1} asked what is no question: passed over");
        }

        _message.Clear();
        return ChannelStatus.Done;
    }

    private void Take(Channel server, in PasswordQuestion question)
    {
        if (Find(question, out HeldFile? file) == Verdict.None && file is not null && _context.Loop.Now < file.BelievedUntil
            && _checks.Recall(question, file.Text) is not Verdict.None and { } known)
        {
            _checks.Answer(server, question.Number, known);
            return;
        }

        if (!_checks.HasRoomFor(question.Client))
        {
            _checks.Answer(server, question.Number, Verdict.Unavailable);
            return;
        }

        Question waiting = new(server, question, _context.Loop.Now);
        _checks.Admit(waiting);
        Take(waiting);
    }

    private void Take(Question question)
    {
        Verdict verdict = Find(question.Message, out HeldFile? file);
        if (verdict != Verdict.None)
        {
            _checks.Answer(question, verdict);
        }
        else if (file is null)
        {
            _early.Add(question);
        }
        else if (_context.Loop.Now < file.BelievedUntil)
        {
            Check(question, file);
        }
        else
        {
            file.Waiting.Add(question);
            if (!file.IsAskedFor)
            {
                Ask(file);
            }
        }
    }

    /// <summary>The file of a question; none where a reload reached the server first, and a verdict where there will be none.</summary>
    private Verdict Find(in PasswordQuestion question, out HeldFile? file)
    {
        file = null;
        if (_generations.TryGetValue(question.Generation, out HeldFile[]? files) && question.File < files.Length)
        {
            file = files[question.File];
            return Verdict.None;
        }

        return question.Generation > _context.Generation ? Verdict.None : Verdict.Refused;
    }

    private void Check(Question question, HeldFile file)
    {
        Verdict known = _checks.Recall(question.Message, file.Text);
        if (known == Verdict.None)
        {
            _checks.Begin(question, file.Text!);
        }
        else
        {
            _checks.Answer(question, known);
        }
    }

    private void Ask(HeldFile file)
    {
        if (file.Index < 0)
        {
            Fail(file);
            return;
        }

        file.IsAskedFor = true;
        _context.AskForFile(file.Index);
    }

    /// <summary>The newest configuration does not have it, so the parent does not open it any more.</summary>
    private void Fail(HeldFile file)
    {
        file.IsAskedFor = false;
        Question[] waiting = [.. file.Waiting];
        file.Waiting.Clear();
        foreach (Question question in waiting)
        {
            _checks.Answer(question, Verdict.Refused);
        }
    }

    private void TakeFile(AnsweredFile answer)
    {
        using OpenFile? opened = answer.File;
        if (answer.Generation != _context.Generation
            || _files.Values.FirstOrDefault(file => file.Index == answer.Index) is not { IsAskedFor: true } file)
        {
            return;
        }

        file.IsAskedFor = false;
        bool isStable = true;
        if (opened is null)
        {
            file.SetError(answer.Error == Errno.None ? Errno.InputOutput : answer.Error);
        }
        else
        {
            isStable = file.Read(opened);
        }

        file.BelievedUntil = isStable ? _context.Loop.Now + _belief : TimeSpan.MinValue;
        Question[] waiting = [.. file.Waiting];
        file.Waiting.Clear();
        foreach (Question question in waiting)
        {
            Check(question, file);
        }
    }
}
