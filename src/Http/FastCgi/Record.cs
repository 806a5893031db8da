using System;
using System.Buffers.Binary;

namespace Sluice.Http.FastCgi;

/// <summary>What every record begins with (FastCGI 1.0, 3.3). A connection carries one request at a time, whose id is 1.</summary>
public static class Record
{
    /// <summary>Bytes of a record before its content.</summary>
    public const int HeaderBytes = 8;

    /// <summary>The most content of a record.</summary>
    public const int MostContent = ushort.MaxValue;

    internal const byte Version = 1;

    internal const ushort RequestId = 1;

    /// <summary>Writes the header of a piece of the request's body (FCGI_STDIN).</summary>
    /// <param name="length">Bytes of content that follow, at most <see cref="MostContent"/>; 0 ends the body.</param>
    /// <param name="destination">At least <see cref="HeaderBytes"/>.</param>
    public static void WriteInputHeader(int length, Span<byte> destination) => WriteHeader(RecordType.Input, length, destination);

    internal static void WriteHeader(RecordType type, int length, Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], RequestId);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], checked((ushort)length));
        destination[6] = 0; // padding
        destination[7] = 0;
    }
}
