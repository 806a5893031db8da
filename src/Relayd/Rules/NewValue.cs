using System;
using System.Collections.Generic;
using System.Globalization;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What is put in place of a macro of a value (R-FILTER-67).</summary>
internal enum ValueMacro
{
    /// <summary>The host asked for, or the relay's address.</summary>
    Host,

    /// <summary>The address that the message comes from: the client's or the host's.</summary>
    RemoteAddress,

    /// <summary>The port of the same.</summary>
    RemotePort,

    /// <summary>The address that the relay listens on.</summary>
    ServerAddress,

    /// <summary>The name of the program.</summary>
    ServerName,

    /// <summary>The port that the relay listens on.</summary>
    ServerPort,

    /// <summary>The session timeout in seconds.</summary>
    Timeout,
}

/// <summary>A value that a rule writes: text, and macros between it. What is no macro stands for itself, and nothing is encoded (R-FILTER-68), but for what would
/// end a field or a request line.</summary>
internal sealed class NewValue
{
    private static readonly (ValueMacro Macro, string Name)[] _macros =
    [
        (ValueMacro.Host, "$HOST"), (ValueMacro.RemoteAddress, "$REMOTE_ADDR"), (ValueMacro.RemotePort, "$REMOTE_PORT"),
        (ValueMacro.ServerAddress, "$SERVER_ADDR"), (ValueMacro.ServerName, "$SERVER_NAME"), (ValueMacro.ServerPort, "$SERVER_PORT"),
        (ValueMacro.Timeout, "$TIMEOUT"),
    ];

    private readonly ValuePiece[] _pieces;

    private NewValue(ReadOnlySpan<byte> literalStart, Comparand comparand, Func<byte[], byte[]> encode)
    {
        List<ValuePiece> pieces = [];
        if (!literalStart.IsEmpty)
        {
            pieces.Add(new ValuePiece(literalStart.ToArray(), Macro: null));
        }

        string text = comparand.Text;
        int literal = 0;
        for (int at = 0; at < text.Length && comparand.Kind == ComparandKind.Template; at++)
        {
            if (text[at] == '$' && Find(text.AsSpan(at)) is { } found)
            {
                pieces.Add(new ValuePiece(encode(Bytes.Of(text[literal..at])), Macro: null));
                pieces.Add(new ValuePiece([], found.Macro));
                literal = at + found.Name.Length;
                at = literal - 1;
            }
        }

        pieces.Add(new ValuePiece(encode(Bytes.Of(text[literal..])), Macro: null));
        _pieces = [.. pieces];
    }

    /// <summary>Its parts in order.</summary>
    public ReadOnlySpan<ValuePiece> Pieces => _pieces;

    /// <summary>A value of a field; control bytes of the configuration become blanks.</summary>
    public static NewValue OfField(Comparand comparand) => new([], comparand, WithoutControl);

    /// <summary>A cookie as it stands in its field: <c>name=value;</c>.</summary>
    public static NewValue OfCookie(string name, Comparand comparand) =>
        new(WithoutControl(Bytes.Of(name + "=")), comparand with { Text = comparand.Text + ";" }, WithoutControl);

    /// <summary>A path; what no target may hold is percent-encoded.</summary>
    public static NewValue OfPath(Comparand comparand) => new([], comparand, Encoded);

    private static (ValueMacro Macro, string Name)? Find(ReadOnlySpan<char> text)
    {
        foreach ((ValueMacro Macro, string Name) macro in _macros)
        {
            if (text.StartsWith(macro.Name, StringComparison.Ordinal))
            {
                return macro;
            }
        }

        return null;
    }

    private static byte[] WithoutControl(byte[] text) => Array.ConvertAll(text, static value => value is < 0x20 or 0x7f ? (byte)' ' : value);

    private static byte[] Encoded(byte[] text)
    {
        Span<byte> encoded = new byte[text.Length * PercentEncoding.MostBytesPerByte];
        encoded = encoded[..PercentEncoding.EncodeQuery(text, encoded)];
        return Bytes.Of(Bytes.Text(encoded).Replace("#", string.Create(CultureInfo.InvariantCulture, $"%{(int)'#':X2}"), StringComparison.Ordinal));
    }
}

/// <summary>A part of a value.</summary>
/// <param name="Text">As it stands; empty for a macro.</param>
/// <param name="Macro">What is put here; null for text.</param>
internal readonly record struct ValuePiece(byte[] Text, ValueMacro? Macro);
