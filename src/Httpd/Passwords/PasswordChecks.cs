using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Wire;
using Sluice.Engine.Buffers;
using Sluice.Engine.Loop;
using Sluice.Engine.Passwords;
using Sluice.Engine.Processes;
using Sluice.Http.Codec;

namespace Sluice.Httpd.Passwords;

/// <summary>What the auth process knows of passwords, and what waits to be found out (D-08).</summary>
/// <remarks>
/// What was right a moment ago is answered at once. Everything else waits for a thread that hashes, each client in its turn; the
/// same question of the same client is hashed once. What finds no room is answered Unavailable, and no failure is remembered.
/// </remarks>
/// <param name="loop">Its time.</param>
/// <param name="threads">Those that hash.</param>
internal sealed class PasswordChecks(EventLoop loop, IReadOnlyList<WorkThread> threads)
{
    /// <summary>Different passwords of one client that may wait.</summary>
    public const int MostOfClient = 32;

    /// <summary>Questions of one client that may wait.</summary>
    public const int MostQuestionsOfClient = 128;

    /// <summary>Questions that may wait.</summary>
    public const int MostQuestions = 4096;

    /// <summary>Passwords that may wait.</summary>
    private const int Most = 1024;

    private const int IdentityBytes = 40;

    /// <summary>By then the server has given up (PasswordChannel).</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly KeyedHash _keyed = new();
    private readonly RememberedPasswords _remembered = new();
    private readonly FairQueue<Check> _queue = new();
    private readonly Dictionary<(CredentialKey Key, UInt128 Client), Check> _checks = [];
    private readonly Dictionary<UInt128, int> _questions = [];
    private readonly PasswordHash[] _hashes = [.. Enumerable.Range(0, threads.Count).Select(static _ => new PasswordHash())];
    private readonly SecretBytes _hashed = new(IdentityBytes + sizeof(int) + BasicCredentials.Longest);
    private readonly WireWriter _answer = new();
    private int _all;

    /// <summary>Whether one more question of a client may wait.</summary>
    public bool HasRoomFor(UInt128 client) => _all < MostQuestions && _questions.GetValueOrDefault(client) < MostQuestionsOfClient;

    /// <summary>Counts a question that begins to wait, for whatever; it ends with <see cref="Answer(Question, Verdict)"/>.</summary>
    public void Admit(Question question)
    {
        _questions[question.Client] = _questions.GetValueOrDefault(question.Client) + 1;
        _all++;
    }

    /// <summary>Answers at once where the answer is known; <see cref="Verdict.None"/> where it must be found out.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="text">The content of the file; null where there is none.</param>
    public Verdict Recall(in PasswordQuestion question, PasswordText? text) =>
        text is null ? Verdict.Refused : _remembered.Holds(KeyOf(question, text), loop.Now) ? Verdict.Granted : Verdict.None;

    /// <summary>Finds out whether the password is right, and answers then.</summary>
    public void Begin(Question question, PasswordText text)
    {
        CredentialKey key = KeyOf(question.Message, text);
        if (_checks.TryGetValue((key, question.Client), out Check? same))
        {
            same.Questions.Add(question);
            return;
        }

        if (_queue.Count >= Most || _queue.CountOf(question.Client) >= MostOfClient)
        {
            Answer(question, Verdict.Unavailable);
            return;
        }

        text.Hold();
        Check check = new(key, text, question);
        _checks.Add((key, question.Client), check);
        _queue.Add(question.Client, check);
        BeginNext();
    }

    /// <summary>Answers, and forgets the question.</summary>
    public void Answer(Question question, Verdict verdict)
    {
        if (--_questions[question.Client] == 0)
        {
            _questions.Remove(question.Client);
        }

        _all--;
        question.Clear();
        Answer(question.Server, question.Number, verdict);
    }

    /// <summary>Answers a server.</summary>
    public void Answer(Channel server, long number, Verdict verdict)
    {
        _answer.Clear();
        new PasswordAnswer(number, verdict).Write(_answer);
        // Who lets its queue run full does not wait for answers.
        _ = server.TrySend(_answer.Written);
    }

    private void BeginNext()
    {
        for (int index = 0; index < threads.Count; index++)
        {
            while (!threads[index].IsBusy && _queue.TryTake(out Check? check))
            {
                BeginWith(index, check);
            }
        }
    }

    private void BeginWith(int index, Check check)
    {
        if (check.Questions.TrueForAll(question => loop.Now - question.Asked >= _patience))
        {
            End(check, Verdict.Unavailable);
            return;
        }

        PasswordHash hash = _hashes[index];
        threads[index].Begin(
            () => check.Verdict = PasswordCheck.Run(check.Text.Span, check.First.User, check.First.Password, hash),
            () =>
            {
                End(check, check.Verdict);
                BeginNext();
            });
    }

    private void End(Check check, Verdict verdict)
    {
        if (verdict == Verdict.Granted)
        {
            _remembered.Add(check.Key, loop.Now);
        }

        _checks.Remove((check.Key, check.First.Client));
        check.Text.Release();
        foreach (Question question in check.Questions)
        {
            Answer(question, verdict);
        }
    }

    private CredentialKey KeyOf(in PasswordQuestion question, PasswordText text)
    {
        Span<byte> hashed = _hashed.Span;
        text.Identity.Write(hashed);
        BitConverter.TryWriteBytes(hashed[IdentityBytes..], question.UserLength);
        question.Text.CopyTo(hashed[(IdentityBytes + sizeof(int))..]);
        Span<byte> key = stackalloc byte[KeyedHash.Length];
        _keyed.Compute(hashed[..(IdentityBytes + sizeof(int) + question.Text.Length)], key);
        _hashed.Clear();
        return new CredentialKey(BitConverter.ToUInt128(key), BitConverter.ToUInt128(key[16..]));
    }

    /// <summary>A password that is compared, or waits for that.</summary>
    private sealed class Check(CredentialKey key, PasswordText text, Question first)
    {
        public CredentialKey Key => key;

        public PasswordText Text => text;

        public Question First => first;

        public List<Question> Questions { get; } = [first];

        // Written by the thread, read when it is done.
        public Verdict Verdict { get; set; }
    }
}
