using Sluice.Configuration;
using Sluice.Http.Text;

namespace Sluice.Httpd.Configuration;

/// <summary>The texts behind <c>match</c>.</summary>
internal static class Patterns
{
    /// <summary>Warns of a faulty pattern: it is accepted as upstream does, but it will never match (patterns(7)).</summary>
    /// <param name="reader">Has just read the text.</param>
    /// <param name="kind">How the text is compared.</param>
    /// <param name="text">The text.</param>
    public static void Check(TokenReader reader, NameKind kind, string text)
    {
        LuaPatternError error = kind == NameKind.Pattern ? LuaPattern.Check(Bytes.Of(text)) : LuaPatternError.None;
        if (error != LuaPatternError.None)
        {
            reader.Warning($"\"{text}\" never matches: {LuaPattern.Describe(error)}", "See patterns(7).");
        }
    }
}
