using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Sluice.Configuration;

/// <summary>A list that never changes and compares by its members, so that records made of lists compare by value.</summary>
/// <typeparam name="T">What it holds.</typeparam>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Create))]
public readonly struct Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[]? _items;

    internal Sequence(T[] items)
    {
        _items = items;
    }

    /// <summary>How many members there are.</summary>
    public int Count => _items?.Length ?? 0;

    /// <summary>The member at a position.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>, exclusive.</param>
    public T this[int index] => AsSpan()[index];

    /// <summary>The members, without copying.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>The members in order; nothing is allocated by foreach.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Sequence<T> other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sequence<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T item in AsSpan())
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether both hold equal members in the same order.</summary>
    /// <param name="left">One list.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Sequence<T> left, Sequence<T> right)
    {
        return left.Equals(right);
    }

    /// <summary>Whether the lists differ somewhere.</summary>
    /// <param name="left">One list.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Sequence<T> left, Sequence<T> right)
    {
        return !left.Equals(right);
    }

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();
}

/// <summary>Makes sequences.</summary>
public static class Sequence
{
    /// <summary>A sequence of copies of the items; what <c>[a, b]</c> calls.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="items">The members in order.</param>
    public static Sequence<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
