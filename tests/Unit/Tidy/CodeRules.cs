using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>The rules of STYLE.md that one file alone can break. Each takes a file and names the places.</summary>
internal static class CodeRules
{
    public const int WallLines = 600;
    public const int AimLines = 300;

    private static readonly string[] _bannedWords =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Base", "Impl", "Data", "Info", "Core", "Common"];

    public static IEnumerable<Violation> FileLength(SourceFile file)
        => LineCount(file) > WallLines ? [file.Whole($"{LineCount(file)} lines; {WallLines} is the wall")] : [];

    public static int LineCount(SourceFile file) => file.Text.AsSpan().Count('\n');

    public static IEnumerable<Violation> BannedWords(SourceFile file)
        => from type in file.Nodes<MemberDeclarationSyntax>()
           let name = TypeName(type)
           where name is not null
           from word in Words(name)
           where _bannedWords.Contains(word, StringComparer.Ordinal)
           select file.At(type, $"the type {name} says {word}, which says nothing");

    public static IEnumerable<Violation> Locks(SourceFile file)
        => file.Nodes<LockStatementSyntax>().Select(statement => file.At(statement, "lock: one thread needs none"));

    public static IEnumerable<Violation> Regions(SourceFile file)
        => file.Nodes<RegionDirectiveTriviaSyntax>().Select(region => file.At(region, "#region: split the file instead"));

    /// <summary>A native struct that is nothing but fields may be unsafe: it has no code that could be.</summary>
    public static IEnumerable<Violation> Unsafe(SourceFile file)
        => from token in file.Syntax.DescendantTokens()
           where token.IsKind(SyntaxKind.UnsafeKeyword)
           let reason = !file.Path.StartsWith("src/Engine/", StringComparison.Ordinal)
               ? "unsafe outside Engine"
               : token.Parent is TypeDeclarationSyntax type && !IsNativeStruct(file, type) ? "unsafe on a type: mark the method" : null
           where reason is not null
           select file.At(token, reason);

    /// <summary>A folder of Engine/Native is a library and its class, so the class's own folder may be left out of the name.</summary>
    public static IEnumerable<Violation> Namespaces(SourceFile file)
        => from space in file.Nodes<BaseNamespaceDeclarationSyntax>()
           let expected = NamespaceOf(file.Path)
           let written = space.Name.ToString()
           where written != expected
               && !(file.Path.StartsWith("src/Engine/Native/", StringComparison.Ordinal) && written == "Sluice.Engine.Native")
           select file.At(space, $"the namespace is {written}, the folder says {expected}");

    public static IEnumerable<Violation> AsyncSuffix(SourceFile file)
        => from method in file.Nodes<MethodDeclarationSyntax>()
           let name = method.Identifier.ValueText
           where name.EndsWith("Async", StringComparison.Ordinal) && name is not ("DisposeAsync" or "InitializeAsync")
           select file.At(method, $"{name}: whatever can wait returns ValueTask, the name need not say it");

    public static IEnumerable<Violation> Tasks(SourceFile file)
        => from name in file.Nodes<SimpleNameSyntax>()
           where name.Identifier.ValueText == "Task"
               && !name.Ancestors().OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.ValueText == "Main")
           select file.At(name, "Task outside Main: only what Engine hands out may be awaited");

    public static IEnumerable<Violation> BooleanParameters(SourceFile file)
        => from parameter in file.Nodes<ParameterSyntax>()
           where parameter.Type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.BoolKeyword }
               && !parameter.Modifiers.Any(SyntaxKind.OutKeyword) && !parameter.Modifiers.Any(SyntaxKind.RefKeyword)
               && parameter.Parent?.Parent is MethodDeclarationSyntax or LocalFunctionStatementSyntax
               && !IsForced(parameter.Parent.Parent)
           select file.At(parameter, $"bool {parameter.Identifier.ValueText}: the caller cannot be read; an enum of states can");

    public static IEnumerable<Violation> Catches(SourceFile file)
        => from caught in file.Nodes<CatchClauseSyntax>()
           let place = $"{file.Path} {Enclosing(caught)}"
           where !CatchPlaces.Allowed.ContainsKey(place)
           select file.At(caught, $"catch: `{place}` has no reason in CatchPlaces");

    /// <summary>The member around a node, as the tables of this folder name it: Type.Member.</summary>
    public static string Enclosing(SyntaxNode node)
    {
        string type = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault()?.Identifier.ValueText ?? "";
        string member = node.Ancestors().OfType<MemberDeclarationSyntax>().Select(MemberName).FirstOrDefault(name => name is not null) ?? "";
        return $"{type}.{member}";
    }

    public static string NamespaceOf(string path)
    {
        string[] folders = path.Split('/')[..^1];
        return "Sluice." + string.Join('.', folders.Skip(1));
    }

    private static bool IsNativeStruct(SourceFile file, TypeDeclarationSyntax type)
        => file.Path.StartsWith("src/Engine/Native/", StringComparison.Ordinal)
            && type is StructDeclarationSyntax
            && type.Members.All(member => member is FieldDeclarationSyntax);

    private static bool IsForced(SyntaxNode method)
        => method is MethodDeclarationSyntax declared
            && (declared.Modifiers.Any(SyntaxKind.OverrideKeyword) || declared.AttributeLists.ToString().Contains("LibraryImport", StringComparison.Ordinal));

    private static string? TypeName(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax callback => callback.Identifier.ValueText,
        _ => null,
    };

    private static string? MemberName(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax => ".ctor",
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
        _ => null,
    };

    private static IEnumerable<string> Words(string name) => Regex.Matches(name, "[A-Z][a-z0-9]*", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value);
}
