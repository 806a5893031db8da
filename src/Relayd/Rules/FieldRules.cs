using System;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Relayd.Rules;

/// <summary>What rules may do to fields: where a message begins and ends, and how long a connection lives, is the relay's to say, on both sides of it.</summary>
internal static class FieldRules
{
    /// <summary>Whether rules may take a field away.</summary>
    public static bool MayRemove(KnownField field) => field is not (KnownField.Connection or KnownField.ContentLength or KnownField.Host
        or KnownField.TransferEncoding or KnownField.Upgrade);

    /// <summary>Whether a message has the field once at most, so that a second one takes the first one's place.</summary>
    public static bool IsSingle(ReadOnlySpan<byte> name) => Is(name, "Host"u8);

    /// <summary>Whether a field to be written asks for the end of the connection, which the relay then announces itself.</summary>
    public static bool Closes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Is(name, "Connection"u8) && Is(value, "close"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(name, other);
}
