namespace Sluice.Relayd.Rules;

/// <summary>What of a message a rule matched: its actions act on that.</summary>
internal struct Binding
{
    /// <summary>The key that a rule with many keys matched by, as <see cref="Hits.Key"/>; <see cref="KeyIndex.None"/> for a rule with one.</summary>
    public int Key { get; set; }

    /// <summary>Index of the field that a rule names; <see cref="MessageView.NoField"/> where it is not there.</summary>
    public int Field { get; set; }

    /// <summary>Index of the first field in which the cookie is that a rule names.</summary>
    public int CookieField { get; set; }

    /// <summary>Where in the query a variable begins.</summary>
    public int VariableStart { get; set; }

    /// <summary>Bytes of its name; the value stands behind the <c>=</c>.</summary>
    public int NameLength { get; set; }

    /// <summary>Bytes of its value.</summary>
    public int ValueLength { get; set; }

    /// <summary>Whether the URL was looked up: a message without a host has none, and nothing is done about it (R-FILTER-51).</summary>
    public bool HasUrl { get; set; }
}
