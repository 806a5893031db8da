using System;
using System.IO;
using System.Text;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Passwords;

namespace Sluice.Htpasswd;

/// <summary>One line of a password file in the making: a name and a password, and then its hash.</summary>
/// <remarks>What returns a text says what is wrong; null is success. The password is cleared when its hash is there.</remarks>
internal sealed class Entry : IDisposable
{
    /// <summary>Bytes of the longest name.</summary>
    public const int LongestLogin = 255;

    private readonly SecretBytes _password = new(PasswordHash.LongestPassword);
    private int _passwordLength;
    private byte[] _login = [];
    private byte[] _line = [];

    /// <summary>The name.</summary>
    public ReadOnlySpan<byte> Login => _login;

    /// <summary>The line with its end; empty before <see cref="Hash(int)"/>.</summary>
    public ReadOnlySpan<byte> Line => _line;

    /// <summary>Takes the name, and asks twice for its password on the terminal.</summary>
    public string? Ask(string login)
    {
        if (TakeLogin(Encoding.UTF8.GetBytes(login)) is { } mistake)
        {
            return mistake;
        }

        using SilentTerminal? terminal = SilentTerminal.Open();
        if (terminal is null)
        {
            return "there is no terminal to ask for a password: use -I";
        }

        SecretBytes again = new(PasswordHash.LongestPassword);
        int length = terminal.Ask("Password: "u8, _password);
        if (TakePassword(length) is { } tooLong)
        {
            return tooLong;
        }

        length = terminal.Ask("Retype Password: "u8, again);
        bool isSame = length == _passwordLength && again.Span[..length].SequenceEqual(_password.Span[..length]);
        again.Clear();
        return isSame ? null : "passwords don't match";
    }

    /// <summary>Reads <c>login:password</c> up to the end of the line.</summary>
    public string? ReadBatch(Stream input)
    {
        SecretBytes line = new(LongestLogin + PasswordHash.LongestPassword + 2);
        int length = 0;
        int end = -1;
        while (end < 0 && length < line.Span.Length && input.Read(line.Span[length..]) is > 0 and { } count)
        {
            end = line.Span.Slice(length, count).IndexOf((byte)'\n');
            end = end < 0 ? end : length + end;
            length += count;
        }

        string? mistake = Take(line.Span[..(end < 0 ? length : end)]);
        line.Clear();
        return mistake;
    }

    /// <summary>Makes the line, at a cost that this machine takes a quarter of a second for.</summary>
    public string? Hash() => Hash(HashCost.Measure());

    /// <summary>Makes the line at a cost of bcrypt.</summary>
    public string? Hash(int cost)
    {
        Span<byte> hash = stackalloc byte[PasswordHash.LongestHash];
        int length = new PasswordHash().Hash(_password.Span[.._passwordLength], cost, hash);
        _password.Clear();
        if (length == 0)
        {
            return "the password cannot be hashed";
        }

        _line = [.. _login, (byte)':', .. hash[..length], (byte)'\n'];
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _password.Clear();

    private string? Take(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            return "cannot find ':' in input";
        }

        if (TakeLogin(line[..colon]) is { } mistake)
        {
            return mistake;
        }

        ReadOnlySpan<byte> password = line[(colon + 1)..];
        password[..int.Min(password.Length, PasswordHash.LongestPassword)].CopyTo(_password.Span);
        return TakePassword(password.Length);
    }

    private string? TakeLogin(ReadOnlySpan<byte> login)
    {
        _login = login.ToArray();
        return login.IsEmpty ? "the login is empty"
            : login.Length > LongestLogin ? "login too long"
            : login.Contains((byte)':') ? "a login cannot have a ':'"
            : login.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0 ? "a login cannot have control characters"
            : null;
    }

    private string? TakePassword(int length)
    {
        if (length > PasswordHash.LongestPassword)
        {
            return "password too long";
        }

        _passwordLength = length;
        return _password.Span[..length].Contains((byte)0) ? "a password cannot have a NUL" : null;
    }
}
