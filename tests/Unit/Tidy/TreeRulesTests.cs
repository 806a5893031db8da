using System;
using System.Collections.Generic;
using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>The rules about several files, about imports and about texts can fail.</summary>
public sealed class TreeRulesTests
{
    private static readonly ImportMatrix _matrix = ImportMatrix.Read(
        """
        text
        | may import | Engine | Http | Daemon |
        |---|---|---|---|
        | Engine | | | |
        | Http | x | | |
        | Daemon | x | | |
        | Httpd | x | x | x |

        | other | table |
        """);

    [Fact]
    public void A_partial_type_without_native_declarations_is_found()
        => Assert.Equal(2, TreeRules.Partials([Code("a", "namespace N; partial class A;"), Code("b", "namespace N; partial class A;")]).Count());

    [Fact]
    public void One_part_with_native_declarations_is_enough()
        => Assert.Empty(TreeRules.Partials([Code("a", "namespace N; partial class A;"), Code("b", "namespace N; partial class A { [LibraryImport(\"c\")] static partial int f(); }")]));

    [Fact]
    public void An_interface_with_one_implementation_is_found()
        => Assert.Single(TreeRules.Interfaces([Code("a", "interface IHost; class Host : IHost;")]));

    [Fact]
    public void An_interface_with_a_fake_passes()
        => Assert.Empty(TreeRules.Interfaces([Code("a", "interface IHost; class Host : IHost;"), Code("b", "class FakeHost : N.IHost;")]));

    [Fact]
    public void A_reason_without_a_catch_is_found()
        => Assert.Equal(CatchPlaces.Allowed.Count, TreeRules.StaleCatchPlaces([]).Count());

    [Fact]
    public void A_project_reference_against_the_matrix_is_found()
        => Assert.Equal("Http may not import Daemon", Assert.Single(_matrix.References(new("src/Http/Http.csproj", "<ProjectReference Include=\"../Daemon/Daemon.csproj\" />"))).Message);

    [Fact]
    public void A_package_under_src_is_found()
        => Assert.Single(_matrix.References(new("src/Http/Http.csproj", "<PackageReference Include=\"Newtonsoft.Json\" />")));

    [Fact]
    public void A_reference_with_the_matrix_passes()
        => Assert.Empty(_matrix.References(new("src/Http/Http.csproj", "<ProjectReference Include=\"../Engine/Engine.csproj\" />")));

    [Theory]
    [InlineData("src/Http/A.cs", "using Sluice.Daemon.Logging;")]
    [InlineData("src/Http/Codec/A.cs", "using Sluice.Engine.Buffers;")]
    [InlineData("src/Http/Codec/A.cs", "class A { Sluice.Engine.Errno error; }")]
    [InlineData("src/Engine/Native/Libc/A.cs", "using Sluice.Engine.Loop;")]
    public void An_import_against_the_direction_is_found(string path, string text) => Assert.Single(_matrix.Usings(SourceFile.Of(path, text)));

    [Theory]
    [InlineData("src/Http/Messages/A.cs", "using Sluice.Engine.Buffers; using Sluice.Http.Codec;")]
    [InlineData("src/Httpd/A.cs", "using System.Text; using Sluice.Daemon.Logging;")]
    public void An_import_with_the_direction_passes(string path, string text) => Assert.Empty(_matrix.Usings(SourceFile.Of(path, text)));

    [Fact]
    public void The_matrix_is_the_table_of_the_document()
        => Assert.Equal(["Engine", "Http", "Daemon", "Httpd"], _matrix.Assemblies, StringComparer.Ordinal);

    [Theory]
    [InlineData("<a href=\"https://example.org/\">")]
    [InlineData("<img src=\"/gone.svg\">")]
    [InlineData("<script>")]
    [InlineData("body { background: url(https://example.org/a.png) }")]
    public void A_page_that_does_not_stand_alone_is_found(string text) => Assert.Single(TextRules.StrayLinks(Text(text), link => link == "/"));

    [Fact]
    public void A_page_that_stands_alone_passes()
        => Assert.Empty(TextRules.StrayLinks(Text("<a href=\"/\"> <a href=\"#content\"> <a href=\"/missing\">"), link => link == "/"));

    [Fact]
    public void Classes_of_differences_are_first_cells()
        => Assert.Equal(["a-b", "a-b"], TextRules.FirstCells("| class | x |\n|---|---|\n| a-b | c |\n| a-b | d |\n"), StringComparer.Ordinal);

    [Fact]
    public void A_note_of_unfinished_work_is_found()
        => Assert.Equal(2, TextRules.Leftovers(Text("one\n// " + "TO" + "DO later\n" + "FIX" + "ME\n")).Last().Line - 1);

    [Fact]
    public void A_path_of_one_machine_is_found() => Assert.Single(TextRules.MachinePaths(Text("see " + "/ho" + "me/alice/notes")));

    [Theory]
    [InlineData("see /etc/httpd.conf and /var/www/htdocs")]
    [InlineData("https://example.org/ho" + "me/alice")]
    [InlineData("the folder src/wo" + "rk/list")]
    public void A_path_of_every_machine_passes(string text) => Assert.Empty(TextRules.MachinePaths(Text(text)));

    [Fact]
    public void A_decision_that_is_not_listed_is_found()
        => Assert.Equal("D-" + "99 is not in docs/decisions/README.md", TextRules.UnknownDecisions(Text("D-01 and D-" + "99"), new HashSet<string>(StringComparer.Ordinal) { "D-01" }).Single().Message);

    [Fact]
    public void Decisions_are_the_first_cells_of_rows()
        => Assert.Equal(["D-01", "D-02"], TextRules.Decisions("| id | what |\n| D-01 | one, see D-07 |\n| D-02 | two |\n").Order(StringComparer.Ordinal), StringComparer.Ordinal);

    [Fact]
    public void A_dead_link_is_found()
        => Assert.Equal("gone.md is not there", TextRules.DeadLinks(new("docs/a.md", "[a](b.md) [b](gone.md) [c](https://example.org) [d](#here)"), link => link == "docs/b.md").Single().Message);

    private static SourceFile Code(string name, string text) => SourceFile.Of($"src/Http/{name}.cs", text);

    private static TextFile Text(string text) => new("docs/a.md", text);
}
