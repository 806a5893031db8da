using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sluice.Relayd.Snmp;

/// <summary>The name of an object of SNMP: numbers, of which each is a step down a tree. They are in order as a walk goes through them.</summary>
/// <param name="parts">At most <see cref="Longest"/>.</param>
internal readonly struct ObjectId(params uint[] parts) : IEquatable<ObjectId>
{
    /// <summary>RFC 2578, 3.5.</summary>
    public const int Longest = 128;

    private readonly uint[]? _parts = parts;

    /// <summary>Its numbers; none for the null one.</summary>
    public ReadOnlySpan<uint> Parts => _parts;

    /// <summary>Whether it is the null one, which stands for no bound.</summary>
    public bool IsNull => Parts.IsEmpty;

    /// <summary>The order in which a walk comes to them.</summary>
    public static Comparer<ObjectId> Order { get; } = Comparer<ObjectId>.Create(static (left, right) => left.Parts.SequenceCompareTo(right.Parts));

    public static bool operator ==(ObjectId left, ObjectId right)
    {
        return left.Equals(right);
    }

    public static bool operator !=(ObjectId left, ObjectId right)
    {
        return !left.Equals(right);
    }

    /// <summary>One below it.</summary>
    public ObjectId Add(params ReadOnlySpan<uint> more) => new([.. Parts, .. more]);

    /// <summary>Whether it is an object or one below it.</summary>
    public bool IsWithin(ObjectId other) => Parts.StartsWith(other.Parts);

    /// <summary>Whether a walk comes to it first.</summary>
    public bool IsBefore(ObjectId other) => Order.Compare(this, other) < 0;

    /// <inheritdoc/>
    public bool Equals(ObjectId other) => Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ObjectId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (uint part in Parts)
        {
            hash.Add(part);
        }

        return hash.ToHashCode();
    }

    /// <summary>With dots between the numbers.</summary>
    public override string ToString() => string.Join('.', Parts.ToArray().Select(static part => part.ToString(CultureInfo.InvariantCulture)));
}
