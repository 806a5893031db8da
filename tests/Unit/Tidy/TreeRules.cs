using System;
using System.Collections.Generic;
using System.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>The rules of STYLE.md that need several files at once.</summary>
internal static class TreeRules
{
    /// <summary>A type in several parts must declare native functions in one of them; nothing else needs parts.</summary>
    public static IEnumerable<Violation> Partials(IReadOnlyCollection<SourceFile> files)
    {
        List<(SourceFile File, TypeDeclarationSyntax Type)> parts =
        [
            .. from file in files
               from type in file.Nodes<TypeDeclarationSyntax>()
               where type.Modifiers.Any(SyntaxKind.PartialKeyword)
               select (file, type),
        ];
        ILookup<string, bool> native = parts.ToLookup(part => FullName(part.Type), part => DeclaresNative(part.Type), StringComparer.Ordinal);
        return from part in parts
               where !native[FullName(part.Type)].Any(declares => declares)
               select part.File.At(part.Type, $"partial {part.Type.Identifier.ValueText} without LibraryImport");
    }

    /// <summary>An interface earns its place by a second implementation (a test's fake is one).</summary>
    public static IEnumerable<Violation> Interfaces(IReadOnlyCollection<SourceFile> files)
    {
        ILookup<string, SourceFile> implementations = (from file in files
                                                       from type in file.Nodes<TypeDeclarationSyntax>()
                                                       where type.BaseList is not null
                                                       from ancestor in type.BaseList!.Types
                                                       select (Name: ancestor.Type.ToString().Split('<', '.')[^1], file))
            .ToLookup(pair => pair.Name, pair => pair.file, StringComparer.Ordinal);
        return from file in files
               from contract in file.Nodes<InterfaceDeclarationSyntax>()
               where implementations[contract.Identifier.ValueText].Count() == 1
               select file.At(contract, $"{contract.Identifier.ValueText} has one implementation: call that");
    }

    /// <summary>A reason that no catch needs any more.</summary>
    public static IEnumerable<Violation> StaleCatchPlaces(IReadOnlyCollection<SourceFile> files)
    {
        IEnumerable<string> used = from file in files
                                   from caught in file.Nodes<CatchClauseSyntax>()
                                   select $"{file.Path} {CodeRules.Enclosing(caught)}";
        return CatchPlaces.Allowed.Keys.Except(used, StringComparer.Ordinal)
            .Select(place => new Violation("tests/Unit/Tidy/CatchPlaces.cs", 1, $"`{place}` catches nothing"));
    }

    private static bool DeclaresNative(TypeDeclarationSyntax type)
        => type.Members.Any(member => member.AttributeLists.ToString().Contains("LibraryImport", StringComparison.Ordinal));

    private static string FullName(TypeDeclarationSyntax type)
        => string.Join('.', type.AncestorsAndSelf().Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax outer => outer.Identifier.ValueText,
            _ => "",
        }));
}
