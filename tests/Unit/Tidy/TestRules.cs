using System;
using System.Collections.Generic;
using System.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>The rules about tests: a name is a sentence, a unit test has one way through, nothing is skipped (D-61).</summary>
internal static class TestRules
{
    public static IEnumerable<Violation> Names(SourceFile file)
        => from method in Tests(file)
           where !method.Identifier.ValueText.Contains('_', StringComparison.Ordinal)
           select file.At(method, $"{method.Identifier.ValueText} is no sentence");

    public static IEnumerable<Violation> Branches(SourceFile file)
        => from method in Tests(file)
           from node in method.DescendantNodes()
           where node is IfStatementSyntax or SwitchStatementSyntax or ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
           select file.At(node, $"{method.Identifier.ValueText} has more than one way through: move the loop or branch to a named helper, or write two tests");

    public static IEnumerable<Violation> Skips(SourceFile file)
        => from attribute in file.Nodes<AttributeSyntax>()
           where IsTest(attribute) && attribute.ToString().Contains("Skip", StringComparison.Ordinal)
           select file.At(attribute, "a skipped test proves nothing: say in one sentence what is missing, and fail");

    private static IEnumerable<MethodDeclarationSyntax> Tests(SourceFile file)
        => file.Nodes<MethodDeclarationSyntax>().Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(IsTest));

    private static bool IsTest(AttributeSyntax attribute) => attribute.Name.ToString() is "Fact" or "Theory";
}
