using System;
using System.Collections.Generic;

namespace Sluice.Httpd.Passwords;

/// <summary>Names and passwords that were right, by their keyed hashes with the identity of the file: for a minute (D-08).</summary>
internal sealed class RememberedPasswords
{
    private const int Most = 4096;
    private static readonly TimeSpan _time = TimeSpan.FromMinutes(1);

    private readonly Dictionary<CredentialKey, TimeSpan> _until = [];
    private readonly Queue<CredentialKey> _inOrder = new();

    /// <summary>How many are remembered, also some whose time is over.</summary>
    public int Count => _until.Count;

    /// <summary>Whether it was right within the last minute.</summary>
    public bool Holds(in CredentialKey key, TimeSpan now) => _until.TryGetValue(key, out TimeSpan until) && now < until;

    /// <summary>It was right. What was remembered longest ago is forgotten where there is no room.</summary>
    public void Add(in CredentialKey key, TimeSpan now)
    {
        while (_inOrder.TryPeek(out CredentialKey oldest) && (_until[oldest] <= now || _until.Count >= Most))
        {
            _until.Remove(_inOrder.Dequeue());
        }

        if (_until.TryAdd(key, now + _time))
        {
            _inOrder.Enqueue(key);
        }
    }
}

/// <summary>A keyed hash of a name, a password and the identity of the file.</summary>
internal readonly record struct CredentialKey(UInt128 High, UInt128 Low);
