using System;
using System.Net;
using System.Text;

namespace Sluice.Relayd.Snmp;

/// <summary>What kind of value an object has: the numbers of AgentX (RFC 2741, 5.4).</summary>
internal enum ValueKind
{
    Integer = 2,
    OctetString = 4,
    ObjectIdentifier = 6,
    Gauge32 = 66,
    TimeTicks = 67,
    Counter64 = 70,
    NoSuchObject = 128,
    NoSuchInstance = 129,
    EndOfMibView = 130,
}

/// <summary>The value of an object. What is too large for its kind is the largest of it.</summary>
internal readonly record struct ObjectValue
{
    private ObjectValue(ValueKind kind, ulong number = 0, ReadOnlyMemory<byte> bytes = default, ObjectId id = default)
    {
        (Kind, Number, Bytes, Id) = (kind, number, bytes, id);
    }

    /// <summary>There is no such kind of object here.</summary>
    public static ObjectValue NoSuchObject { get; } = new(ValueKind.NoSuchObject);

    /// <summary>There is such a kind of object, but not this one.</summary>
    public static ObjectValue NoSuchInstance { get; } = new(ValueKind.NoSuchInstance);

    /// <summary>Nothing comes behind it.</summary>
    public static ObjectValue EndOfMibView { get; } = new(ValueKind.EndOfMibView);

    /// <summary>Which of the others counts.</summary>
    public ValueKind Kind { get; }

    /// <summary>Of kinds that are numbers.</summary>
    public ulong Number { get; }

    /// <summary>Of a string.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Of an object's name.</summary>
    public ObjectId Id { get; }

    /// <summary>A number that names or tells apart.</summary>
    public static ObjectValue Integer(long number) => new(ValueKind.Integer, unchecked((uint)(int)long.Clamp(number, int.MinValue, int.MaxValue)));

    /// <summary>A number that rises and falls.</summary>
    public static ObjectValue Gauge(long number) => new(ValueKind.Gauge32, (ulong)long.Clamp(number, 0, uint.MaxValue));

    /// <summary>A number that only rises.</summary>
    public static ObjectValue Counter(long number) => new(ValueKind.Counter64, (ulong)long.Max(number, 0));

    /// <summary>A time, in hundredths of seconds.</summary>
    public static ObjectValue Time(TimeSpan time)
    {
        const int Hundredth = 10;
        return new ObjectValue(ValueKind.TimeTicks, (ulong)double.Clamp(time.TotalMilliseconds / Hundredth, 0, uint.MaxValue));
    }

    /// <summary>Text, one byte for each character.</summary>
    public static ObjectValue Text(string text) => new(ValueKind.OctetString, bytes: Encoding.Latin1.GetBytes(text));

    /// <summary>An address, 4 or 16 bytes; none for none.</summary>
    public static ObjectValue Address(IPAddress? address) => new(ValueKind.OctetString, bytes: address?.GetAddressBytes() ?? []);

    /// <summary>The name of an object.</summary>
    public static ObjectValue Named(ObjectId id) => new(ValueKind.ObjectIdentifier, id: id);
}

/// <summary>An object and its value.</summary>
/// <param name="Name">Which.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct VarBind(ObjectId Name, ObjectValue Value);
