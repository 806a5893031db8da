using System;
using System.Buffers;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Relayd.Configuration;

/// <summary>Names of fields that the configuration may ask to write.</summary>
internal static class FieldNames
{
    private static readonly SearchValues<byte> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether a field may be written: its name is one (RFC 9110 5.1), and none that says where a message ends or how long a connection lives, which the
    /// relay says itself, on both sides of it.</summary>
    public static bool MayWrite(ReadOnlySpan<byte> name)
    {
        bool isOfRelay = (HopByHop.Contains(name) && !Ascii.EqualsIgnoreCase(name, "Keep-Alive"u8)) || Ascii.EqualsIgnoreCase(name, "Content-Length"u8);
        return !isOfRelay && !name.IsEmpty && !name.ContainsAnyExcept(_token);
    }
}
