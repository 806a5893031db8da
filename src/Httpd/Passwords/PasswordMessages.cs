using System;
using System.Buffers.Binary;

using Sluice.Daemon.Wire;
using Sluice.Http.Codec;

namespace Sluice.Httpd.Passwords;

/// <summary>What came of looking at a name and a password.</summary>
internal enum Verdict
{
    /// <summary>Nobody has looked.</summary>
    None,

    /// <summary>The password is that of the user.</summary>
    Granted,

    /// <summary>It is not, or there is no such user, or no such file.</summary>
    Refused,

    /// <summary>Too much is waiting, or there is no process that could look: later, perhaps.</summary>
    Unavailable,
}

/// <summary>What a server asks of the auth process: whether the password is the user's.</summary>
/// <param name="number">Which question of the server.</param>
/// <param name="generation">The configuration that the number of the file belongs to.</param>
/// <param name="file">Which password file.</param>
/// <param name="client">Whose question it is, of 16 bytes: nobody may fill the queue of others.</param>
/// <param name="text">Name, colon and password; valid as long as the message.</param>
/// <param name="userLength">Bytes of the name.</param>
internal readonly ref struct PasswordQuestion(
    long number, uint generation, int file, UInt128 client, ReadOnlySpan<byte> text, int userLength)
{
    /// <summary>Bytes of the longest message.</summary>
    public const int Longest = BasicCredentials.Longest + 64;

    /// <summary>Which question of the server.</summary>
    public long Number => number;

    /// <summary>The configuration that the number of the file belongs to.</summary>
    public uint Generation => generation;

    /// <summary>Which password file.</summary>
    public int File => file;

    /// <summary>Whose question it is.</summary>
    public UInt128 Client => client;

    /// <summary>Name, colon and password.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Bytes of the name.</summary>
    public int UserLength => userLength;

    /// <summary>Writes it where its secret is cleared afterwards.</summary>
    /// <param name="message">Room for <see cref="Longest"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> message)
    {
        const int ClientPlace = 20;
        const int UserPlace = ClientPlace + 16;
        const int TextPlace = UserPlace + (2 * sizeof(uint));
        BinaryPrimitives.WriteInt64LittleEndian(message, Number);
        BinaryPrimitives.WriteInt64LittleEndian(message[sizeof(long)..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(message[(2 * sizeof(long))..], File);
        BinaryPrimitives.WriteUInt128LittleEndian(message[ClientPlace..], Client);
        BinaryPrimitives.WriteInt32LittleEndian(message[UserPlace..], UserLength);
        BinaryPrimitives.WriteInt32LittleEndian(message[(UserPlace + sizeof(uint))..], Text.Length);
        Text.CopyTo(message[TextPlace..]);
        return TextPlace + Text.Length;
    }

    /// <summary>False where the bytes are something else: then nothing of them is believed, and the question is empty.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out PasswordQuestion question)
    {
        WireReader reader = new(message);
        long number = reader.Number(0, long.MaxValue);
        uint generation = (uint)reader.Number(0, uint.MaxValue);
        int file = reader.Number();
        ulong low = unchecked((ulong)reader.Number(long.MinValue, long.MaxValue));
        ulong high = unchecked((ulong)reader.Number(long.MinValue, long.MaxValue));
        int userLength = reader.Number();
        ReadOnlySpan<byte> text = reader.Bytes();
        if (reader.IsWhole && text.Length <= BasicCredentials.Longest && userLength > 0 && userLength < text.Length && text[userLength] == (byte)':')
        {
            question = new PasswordQuestion(number, generation, file, new UInt128(high, low), text, userLength);
            return true;
        }

        question = default;
        return false;
    }
}

/// <summary>What the auth process answers.</summary>
/// <param name="Number">That of the question.</param>
/// <param name="Verdict">What came of it.</param>
internal readonly record struct PasswordAnswer(long Number, Verdict Verdict)
{
    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small((int)Verdict);
    }

    /// <summary>False where the bytes are something else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out PasswordAnswer answer)
    {
        WireReader reader = new(message);
        answer = new PasswordAnswer(reader.Number(0, long.MaxValue), (Verdict)reader.Small((int)Verdict.Unavailable));
        return reader.IsWhole && answer.Verdict != Verdict.None;
    }
}
