using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>Native functions are declared in Engine/Native, by the source generator, from libraries with a version (D-11).</summary>
internal static class NativeRules
{
    public static IEnumerable<Violation> Imports(SourceFile file)
        => from attribute in file.Nodes<AttributeSyntax>()
           let reason = Reason(file, attribute)
           where reason is not null
           select file.At(attribute, reason);

    private static string? Reason(SourceFile file, AttributeSyntax attribute)
    {
        string name = attribute.Name.ToString();
        if (name is "DllImport")
        {
            return "DllImport: LibraryImport makes code that can be read and prelinked";
        }

        if (name is not "LibraryImport")
        {
            return null;
        }

        if (!file.Path.StartsWith("src/Engine/Native/", StringComparison.Ordinal))
        {
            return "LibraryImport outside Engine/Native";
        }

        string written = attribute.ToString();
        if (written.Contains("SetLastError", StringComparison.Ordinal))
        {
            return "SetLastError: the wrapper asks Marshal.GetLastSystemError at once";
        }

        string library = attribute.ArgumentList?.Arguments[0].ToString() ?? "";
        return library.StartsWith('"') && !Regex.IsMatch(library, @"\.so\.\d+""$", RegexOptions.None, TimeSpan.FromSeconds(1))
            ? $"{library} has no version: the package of a library's users has no other name for it"
            : null;
    }
}
