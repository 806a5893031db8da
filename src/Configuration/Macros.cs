using System;
using System.Buffers;
using System.Collections.Generic;

namespace Sluice.Configuration;

/// <summary>The macros of a load: those of the command line, which the file cannot change, and the file's own.</summary>
public sealed class Macros
{
    private static readonly SearchValues<char> _blanks = SearchValues.Create(" \t\r\n\v\f");

    private readonly Dictionary<string, Macro> _macros = new(StringComparer.Ordinal);

    /// <summary>The macros of a command line.</summary>
    /// <param name="definitions">Names and texts; of two with one name the later.</param>
    public static Macros ForGood(IEnumerable<(string Name, string Value)> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        Macros macros = new();
        foreach ((string name, string value) in definitions)
        {
            macros.DefineForGood(name, value);
        }

        return macros;
    }

    /// <summary>Defines a macro from the command line (<c>-D</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its text.</param>
    public void DefineForGood(string name, string value) => _macros[name] = new Macro(value, default, isForGood: true);

    /// <summary>Defines or redefines a macro; one of the command line stays as it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its text.</param>
    /// <param name="position">Where the file says so.</param>
    public void Define(string name, string value, Position position)
    {
        if (!_macros.TryGetValue(name, out Macro? macro) || !macro.IsForGood)
        {
            _macros[name] = new Macro(value, position, isForGood: false);
        }
    }

    /// <summary>Reads the value behind <c>name =</c> and defines the macro.</summary>
    /// <param name="reader">The tokens; name and sign are taken.</param>
    /// <param name="name">Its name.</param>
    /// <param name="position">Where the name stands.</param>
    public void ReadDefinition(TokenReader reader, string name, Position position)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string value = reader.ExpectText("the value of a macro");
        if (reader.Failed)
        {
            return;
        }

        if (name.AsSpan().ContainsAny(_blanks))
        {
            reader.Error(position, "macro name cannot contain whitespace");
            return;
        }

        Define(name, value, position);
    }

    /// <summary>The value of a macro, which counts as used from now on; null where it is not defined.</summary>
    /// <param name="name">Its name.</param>
    public string? Use(string name)
    {
        if (!_macros.TryGetValue(name, out Macro? macro))
        {
            return null;
        }

        macro.IsUsed = true;
        return macro.Value;
    }

    /// <summary>The defined macro whose name is nearest to a misspelled one; null where none is near.</summary>
    /// <param name="name">A name that is not defined.</param>
    public string? Nearest(string name) => Spelling.Nearest(name, _macros.Keys);

    /// <summary>Warns of every macro that was never used.</summary>
    /// <param name="diagnostics">Takes the warnings.</param>
    public void WarnOfUnused(Diagnostics diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach ((string name, Macro macro) in _macros)
        {
            if (!macro.IsUsed)
            {
                diagnostics.Warning(macro.Position, $"macro '{name}' not used");
            }
        }
    }

    private sealed class Macro(string value, Position position, bool isForGood)
    {
        public string Value { get; } = value;

        public Position Position { get; } = position;

        public bool IsForGood { get; } = isForGood;

        public bool IsUsed { get; set; }
    }
}
