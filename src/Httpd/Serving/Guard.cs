using System;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Httpd.Passwords;

namespace Sluice.Httpd.Serving;

/// <summary>Who may come in to a place: who has a password in a file.</summary>
/// <param name="generation">The configuration.</param>
/// <param name="file">The number of the file in it.</param>
/// <param name="realm">What clients are shown.</param>
internal sealed class Guard(uint generation, int file, string realm)
{
    /// <summary>The configuration that the number of the file belongs to.</summary>
    public uint Generation => generation;

    /// <summary>Which password file.</summary>
    public int File => file;

    /// <summary>The value of WWW-Authenticate (RFC 7617 2).</summary>
    public ReadOnlyMemory<byte> Challenge { get; } = ChallengeOf(Bytes.Of(realm));

    /// <summary>Whether it asks for the same passwords; the realm is a text to look at.</summary>
    public bool AsksAs(Guard other) => generation == other.Generation && file == other.File;

    // H-AUTH-02. Control characters are encoded too, since they could end the head.
    private static byte[] ChallengeOf(ReadOnlySpan<byte> realm)
    {
        Span<byte> encoded = new byte[realm.Length * LogEncoding.MostBytesPerByte];
        return [.. "Basic realm=\""u8, .. encoded[..LogEncoding.Encode(realm, encoded, LogPlace.Quoted)], (byte)'"'];
    }
}

/// <summary>What a request has learnt of its password, of each file that was asked.</summary>
/// <param name="Guard">Whom.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="Earlier">What was asked before: a directory and its index may have different files.</param>
internal sealed record Admission(Guard Guard, Verdict Verdict, Admission? Earlier)
{
    /// <summary>A directory, its index, and one more for files that come and go meanwhile: nobody needs to ask more.</summary>
    public bool IsLast => Earlier?.Earlier is not null;

    /// <summary>Whether the password is right for a guard.</summary>
    public bool Admits(Guard guard) => VerdictOf(guard) == Verdict.Granted;

    /// <summary>What came of asking for a guard.</summary>
    public Verdict VerdictOf(Guard guard) => Guard.AsksAs(guard) ? Verdict : Earlier?.VerdictOf(guard) ?? Verdict.None;
}
