using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>The rules of STYLE.md, held against the tree. Each rule's own negative test stands in the files beside this one.</summary>
public sealed class TidyTests(ITestOutputHelper output)
{
    private static readonly ImportMatrix _matrix = ImportMatrix.Read(SourceTree.ReadText("docs/architecture.md"));

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
    public void Nothing_locks() => Holds(SourceTree.Programs.SelectMany(CodeRules.Locks));

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
    public void Comments_are_short() => Holds(SourceTree.Code.SelectMany(CommentRules.Length));

    [Fact]
    public void No_code_sleeps_in_comments() => Holds(SourceTree.Code.SelectMany(CommentRules.Code));

    [Fact]
    public void An_analyzer_is_silenced_with_a_reason() => Holds(SourceTree.Code.SelectMany(CommentRules.Silences));

    [Fact]
    public void Native_functions_are_declared_in_one_place() => Holds(SourceTree.Programs.SelectMany(NativeRules.Imports));

    [Fact]
    public void The_name_of_a_test_is_a_sentence() => Holds(SourceTree.Code.SelectMany(TestRules.Names));

    [Fact]
    public void A_unit_test_has_one_way_through() => Holds(SourceTree.Code
        .Where(file => file.Path.StartsWith("tests/Unit/", StringComparison.Ordinal))
        .SelectMany(TestRules.Branches));

    [Fact]
    public void No_test_is_skipped() => Holds(SourceTree.Code.SelectMany(TestRules.Skips));

    [Fact]
    public void Only_native_declarations_are_partial() => Holds(TreeRules.Partials([.. SourceTree.Programs]));

    [Fact]
    public void No_interface_has_one_implementation() => Holds(TreeRules.Interfaces(SourceTree.Code));

    [Fact]
    public void Projects_import_what_the_matrix_allows() => Holds(SourceTree.Files("*.csproj")
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
        .SelectMany(path => _matrix.References(new TextFile(path, SourceTree.ReadText(path)))));

    [Fact]
    public void Files_import_what_the_matrix_allows() => Holds(SourceTree.Programs.SelectMany(_matrix.Usings));

    [Fact]
    public void Each_assembly_is_in_the_matrix() => Assert.Equal(
        SourceTree.Files("*.csproj").Where(path => path.StartsWith("src/", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
        _matrix.Assemblies.Order(StringComparer.Ordinal));

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

    [Fact]
    public void Each_page_of_a_decision_is_in_the_list()
    {
        string list = SourceTree.ReadText("docs/decisions/README.md");
        Assert.DoesNotContain(SourceTree.Files("0*.md"), page => !list.Contains($"({Path.GetFileName(page)})", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_class_of_difference_is_one_line()
    {
        IReadOnlyList<string> classes = [.. TextRules.FirstCells(SourceTree.ReadText("docs/differences.md"))];
        Assert.Equal(classes.Distinct(StringComparer.Ordinal), classes, StringComparer.Ordinal);
    }

    [Fact]
    public void The_sample_site_stands_alone() => Holds(SourceTree.Texts()
        .Where(file => file.Path.StartsWith("etc/examples/site/", StringComparison.Ordinal) && Path.GetExtension(file.Path) is ".html" or ".css" or ".svg")
        .SelectMany(file => TextRules.StrayLinks(file, link => Path.Exists(Path.Join(SourceTree.Root, "etc/examples/site", link == "/" ? "index.html" : link)))));

    private static void Holds(IEnumerable<Violation> violations)
    {
        string places = string.Join('\n', violations);
        Assert.True(places.Length == 0, places);
    }
}
