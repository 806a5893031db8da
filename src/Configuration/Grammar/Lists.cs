using System;

namespace Sluice.Configuration.Grammar;

/// <summary>Options that stand alone or in braces, where commas or newlines separate them.</summary>
public static class Lists
{
    /// <summary>Reads one member, or braces with at least one: <c>x</c> or <c>{ x, x }</c>.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="member">Reads one member; reports what is none.</param>
    public static void Read(TokenReader reader, Action member)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(member);
        if (reader.Peek().IsSymbol('{'))
        {
            ReadBraced(reader, member);
        }
        else
        {
            member();
        }
    }

    /// <summary>Reads the braces only.</summary>
    /// <param name="reader">The tokens; the next is the opening brace.</param>
    /// <param name="member">Reads one member; reports what is none.</param>
    public static void ReadBraced(TokenReader reader, Action member)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(member);
        reader.ExpectSymbol('{');
        _ = reader.TakeNewlines();
        do
        {
            member();
        }
        while (Continues(reader));

        reader.ExpectSymbol('}');
    }

    private static bool Continues(TokenReader reader)
    {
        if (reader.TakeSymbol(','))
        {
            _ = reader.TakeNewlines();
            return !reader.Failed;
        }

        return reader.TakeNewlines() && !reader.Peek().IsSymbol('}') && !reader.Failed;
    }
}
