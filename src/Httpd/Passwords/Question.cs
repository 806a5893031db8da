using System;

using Sluice.Engine.Buffers;
using Sluice.Engine.Processes;

namespace Sluice.Httpd.Passwords;

/// <summary>A question of a server that cannot be answered at once. Its secret is cleared when it is answered.</summary>
internal sealed class Question
{
    private readonly SecretBytes _text;
    private readonly int _userLength;

    /// <summary>Copies a question.</summary>
    /// <param name="server">Who asked.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="now">When.</param>
    public Question(Channel server, in PasswordQuestion question, TimeSpan now)
    {
        Server = server;
        Number = question.Number;
        Generation = question.Generation;
        File = question.File;
        Client = question.Client;
        Asked = now;
        _userLength = question.UserLength;
        _text = new SecretBytes(question.Text.Length);
        question.Text.CopyTo(_text.Span);
    }

    /// <summary>Who asked.</summary>
    public Channel Server { get; }

    /// <summary>Which question of that server.</summary>
    public long Number { get; }

    /// <summary>The configuration that the number of the file belongs to.</summary>
    public uint Generation { get; }

    /// <summary>Which password file.</summary>
    public int File { get; }

    /// <summary>Whose question it is.</summary>
    public UInt128 Client { get; }

    /// <summary>When it came.</summary>
    public TimeSpan Asked { get; }

    /// <summary>The name.</summary>
    public ReadOnlySpan<byte> User => _text.Span[.._userLength];

    /// <summary>The password.</summary>
    public ReadOnlySpan<byte> Password => _text.Span[(_userLength + 1)..];

    /// <summary>As it came.</summary>
    public PasswordQuestion Message => new(Number, Generation, File, Client, _text.Span, _userLength);

    /// <summary>Clears the secret.</summary>
    public void Clear() => _text.Clear();
}
