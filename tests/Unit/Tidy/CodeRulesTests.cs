using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>Each rule is shown a file that breaks it, and one that nearly does.</summary>
public sealed class CodeRulesTests
{
    [Fact]
    public void A_file_over_the_wall_is_found() => Assert.Single(CodeRules.FileLength(Code(new string('\n', CodeRules.WallLines + 1))));

    [Fact]
    public void A_file_at_the_wall_passes() => Assert.Empty(CodeRules.FileLength(Code(new string('\n', CodeRules.WallLines))));

    [Theory]
    [InlineData("class SessionManager;")]
    [InlineData("interface ICoreLoop;")]
    [InlineData("enum FileInfo { One }")]
    [InlineData("delegate void BaseCallback();")]
    [InlineData("class A { record struct InnerData; }")]
    public void A_word_that_says_nothing_is_found(string text) => Assert.Single(CodeRules.BannedWords(Code(text)));

    [Theory]
    [InlineData("class Database;")]
    [InlineData("class Scores;")]
    [InlineData("class A { int data; void Info() { } }")]
    public void Only_whole_words_of_type_names_count(string text) => Assert.Empty(CodeRules.BannedWords(Code(text)));

    [Fact]
    public void A_lock_is_found() => Assert.Single(CodeRules.Locks(Code("class A { void M() { lock (this) { } } }")));

    [Fact]
    public void The_word_lock_in_a_string_is_not_a_lock() => Assert.Empty(CodeRules.Locks(Code("class A { string S = \"lock (this)\"; }")));

    [Fact]
    public void A_region_is_found() => Assert.Single(CodeRules.Regions(Code("#region A\nclass A;\n#endregion\n")));

    [Fact]
    public void Unsafe_outside_Engine_is_found() => Assert.Single(CodeRules.Unsafe(SourceFile.Of("src/Http/A.cs", "class A { unsafe void M() { } }")));

    [Fact]
    public void Unsafe_on_a_type_is_found() => Assert.Single(CodeRules.Unsafe(SourceFile.Of("src/Engine/A.cs", "unsafe class A;")));

    [Fact]
    public void A_native_struct_may_hold_pointers() => Assert.Empty(CodeRules.Unsafe(SourceFile.Of("src/Engine/Native/A.cs", "unsafe struct A { byte* first; }")));

    [Fact]
    public void An_unsafe_native_struct_has_no_methods() => Assert.Single(CodeRules.Unsafe(SourceFile.Of("src/Engine/Native/A.cs", "unsafe struct A { void M() { } }")));

    [Fact]
    public void Unsafe_on_a_method_of_Engine_passes() => Assert.Empty(CodeRules.Unsafe(SourceFile.Of("src/Engine/A.cs", "class A { unsafe void M() { } }")));

    [Fact]
    public void A_namespace_beside_its_folder_is_found()
        => Assert.Equal("the namespace is Sluice.Http, the folder says Sluice.Http.Codec", Message("src/Http/Codec/A.cs", "namespace Sluice.Http;"));

    [Fact]
    public void A_class_named_like_its_native_folder_stands_above_it()
        => Assert.Empty(CodeRules.Namespaces(SourceFile.Of("src/Engine/Native/Libc/Epoll.cs", "namespace Sluice.Engine.Native;")));

    [Fact]
    public void An_Async_suffix_is_found() => Assert.Single(CodeRules.AsyncSuffix(Code("class A { void ReadAsync() { } }")));

    [Fact]
    public void A_Task_outside_Main_is_found() => Assert.Single(CodeRules.Tasks(Code("class A { Task<int> M() => null; static Task Main() => null; }")));

    [Fact]
    public void A_ValueTask_passes() => Assert.Empty(CodeRules.Tasks(Code("using System.Threading.Tasks; class A { ValueTask M() => default; }")));

    [Theory]
    [InlineData("class A { void M(bool keep) { } }")]
    [InlineData("class A { void M() { void Inner(bool keep) { } } }")]
    public void A_bool_parameter_is_found(string text) => Assert.Single(CodeRules.BooleanParameters(Code(text)));

    [Theory]
    [InlineData("class A { protected override void Dispose(bool disposing) { } }")]
    [InlineData("class A { void M(out bool found) { found = true; } }")]
    [InlineData("record A(bool Kept);")]
    public void A_bool_that_is_no_flag_passes(string text) => Assert.Empty(CodeRules.BooleanParameters(Code(text)));

    [Fact]
    public void A_catch_without_a_reason_is_found()
        => Assert.Contains("`src/Http/A.cs A.M`", CodeRules.Catches(Code("class A { void M() { try { } catch { } } }")).Single().Message, System.StringComparison.Ordinal);

    [Fact]
    public void A_violation_names_its_line() => Assert.Equal(2, CodeRules.Locks(Code("class A { void M() {\n lock (this) { } } }")).Single().Line);

    private static SourceFile Code(string text) => SourceFile.Of("src/Http/A.cs", text);

    private static string Message(string path, string text) => CodeRules.Namespaces(SourceFile.Of(path, text)).Single().Message;
}
