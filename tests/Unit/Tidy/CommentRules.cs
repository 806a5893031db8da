using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>The rules about what stands beside the code: comments, and orders to the analyzers.</summary>
internal static class CommentRules
{
    public const int LongestLines = 5;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs of `//` lines; documentation of what is public may be longer.</summary>
    public static IEnumerable<Violation> Length(SourceFile file)
        => from run in Runs(file)
           where run.Lines > LongestLines
           select new Violation(file.Path, run.First, $"a comment of {run.Lines} lines; {LongestLines} say why");

    /// <summary>Code that was put into a comment: git remembers it.</summary>
    public static IEnumerable<Violation> Code(SourceFile file)
        => from comment in file.Syntax.DescendantTrivia()
           where comment.IsKind(SyntaxKind.SingleLineCommentTrivia)
           let text = comment.ToString()
           where Regex.IsMatch(text, @"^//\s*([\w.]+\(.*\);|(return|var|using|if|for|foreach|while|await)\b.*[;{]|[\w.<>]+ \w+ = .*;|[{}])\s*$", RegexOptions.ExplicitCapture, _patience)
           select new Violation(file.Path, comment.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"code in a comment: {text}");

    /// <summary>An analyzer is silenced with a reason on the same line (`#pragma … // why`, `Justification = "why"`).</summary>
    public static IEnumerable<Violation> Silences(SourceFile file)
        => file.Nodes<PragmaWarningDirectiveTriviaSyntax>()
            .Where(pragma => pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword) && !pragma.ToFullString().Contains("//", StringComparison.Ordinal))
            .Select(pragma => file.At(pragma, "#pragma warning disable without a reason behind it"))
            .Concat(file.Nodes<AttributeSyntax>()
                .Where(attribute => attribute.Name.ToString() is "SuppressMessage" && !attribute.ToString().Contains("Justification = \"", StringComparison.Ordinal))
                .Select(attribute => file.At(attribute, "SuppressMessage without a justification")));

    private static IEnumerable<(int First, int Lines)> Runs(SourceFile file)
    {
        int lines = 0;
        foreach ((int index, string line) in file.Text.Split('\n').Append("").Index())
        {
            if (Regex.IsMatch(line, @"^\s*//(?!/)", RegexOptions.None, _patience))
            {
                lines++;
            }
            else if (lines > 0)
            {
                yield return (index - lines + 1, lines);
                lines = 0;
            }
        }
    }
}
