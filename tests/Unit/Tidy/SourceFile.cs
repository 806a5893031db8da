using System.Collections.Generic;
using System.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sluice.Unit.Tidy;

/// <summary>A C# file as the compiler sees it.</summary>
internal sealed class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Syntax = CSharpSyntaxTree.ParseText(text).GetRoot();
    }

    /// <summary>From the root of the repository, with slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public SyntaxNode Syntax { get; }

    public static SourceFile Read(string path) => new(path, SourceTree.ReadText(path));

    /// <summary>A text that a negative test offers in the place of a file.</summary>
    public static SourceFile Of(string path, string text) => new(path, text);

    public IEnumerable<T> Nodes<T>() => Syntax.DescendantNodes(descendIntoTrivia: true).OfType<T>();

    public Violation At(SyntaxNodeOrToken place, string message)
        => new(Path, (place.GetLocation()?.GetLineSpan().StartLinePosition.Line ?? 0) + 1, message);

    public Violation Whole(string message) => new(Path, 1, message);
}
