using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>The rules of STYLE.md, held against the tree. Each rule's own negative test stands in the files beside this one.</summary>
public sealed class TidyTests(ITestOutputHelper output)
{
    [Fact]
    public void No_file_is_longer_than_the_wall() => Holds(SourceTree.Code.SelectMany(CodeRules.FileLength));

    [Fact]
    public void Files_over_the_aim_are_listed()
    {
        IEnumerable<string> longer = SourceTree.Code.Where(file => CodeRules.LineCount(file) > CodeRules.AimLines)
            .Select(file => $"{CodeRules.LineCount(file)} lines: {file.Path}");
        output.WriteLine(string.Join('\n', longer));
    }

    [Fact]
    public void No_type_bears_a_word_that_says_nothing() => Holds(SourceTree.Code.SelectMany(CodeRules.BannedWords));

    [Fact]
    public void Nothing_locks() => Holds(SourceTree.Code.SelectMany(CodeRules.Locks));

    [Fact]
    public void No_file_has_regions() => Holds(SourceTree.Code.SelectMany(CodeRules.Regions));

    [Fact]
    public void Unsafe_code_is_in_methods_of_Engine() => Holds(SourceTree.Code.SelectMany(CodeRules.Unsafe));

    [Fact]
    public void Namespaces_equal_folders() => Holds(SourceTree.Code.SelectMany(CodeRules.Namespaces));

    [Fact]
    public void No_method_is_called_Async() => Holds(SourceTree.Programs.SelectMany(CodeRules.AsyncSuffix));

    [Fact]
    public void Task_appears_in_Main_alone() => Holds(SourceTree.Programs.SelectMany(CodeRules.Tasks));

    [Fact]
    public void No_method_takes_a_bool() => Holds(SourceTree.Programs.SelectMany(CodeRules.BooleanParameters));

    [Fact]
    public void Exceptions_are_caught_where_the_table_says() => Holds(SourceTree.Programs.SelectMany(CodeRules.Catches));

    [Fact]
    public void Each_place_of_the_catch_table_catches() => Holds(TreeRules.StaleCatchPlaces([.. SourceTree.Programs]));

    [Fact]
    public void Only_native_declarations_are_partial() => Holds(TreeRules.Partials([.. SourceTree.Programs]));

    [Fact]
    public void No_interface_has_one_implementation() => Holds(TreeRules.Interfaces(SourceTree.Code));

    [Fact]
    public void Projects_import_what_the_matrix_allows() => Holds(SourceTree.Files("*.csproj")
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
        .SelectMany(path => ImportMatrix.References(new TextFile(path, SourceTree.ReadText(path)))));

    [Fact]
    public void Files_import_what_the_matrix_allows() => Holds(SourceTree.Programs.SelectMany(ImportMatrix.Usings));

    [Fact]
    public void Nothing_unfinished_is_noted_in_a_text() => Holds(SourceTree.Texts().SelectMany(TextRules.Leftovers));

    [Fact]
    public void No_text_names_a_path_of_one_machine() => Holds(SourceTree.Texts().SelectMany(TextRules.MachinePaths));

    [Fact]
    public void Every_decision_that_is_cited_is_listed()
    {
        IReadOnlySet<string> known = TextRules.Decisions(SourceTree.ReadText("docs/decisions/README.md"));
        Holds(SourceTree.Texts().SelectMany(file => TextRules.UnknownDecisions(file, known)));
    }

    [Fact]
    public void Links_of_documents_lead_somewhere() => Holds(SourceTree.Texts()
        .Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal))
        .SelectMany(file => TextRules.DeadLinks(file, link => Path.Exists(Path.Join(SourceTree.Root, link)))));

    private static void Holds(IEnumerable<Violation> violations)
    {
        string places = string.Join('\n', violations);
        Assert.True(places.Length == 0, places);
    }
}
