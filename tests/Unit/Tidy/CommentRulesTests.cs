using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>The rules about comments, native declarations and tests can fail.</summary>
public sealed class CommentRulesTests
{
    [Fact]
    public void A_long_comment_is_found()
        => Assert.Equal(2, CommentRules.Length(Code("class A;\n" + string.Concat(Enumerable.Repeat("// why\n", CommentRules.LongestLines + 1)))).Single().Line);

    [Fact]
    public void A_comment_of_five_lines_passes()
        => Assert.Empty(CommentRules.Length(Code(string.Concat(Enumerable.Repeat("// why\n", CommentRules.LongestLines)))));

    [Theory]
    [InlineData("// Close(fd);")]
    [InlineData("// return true;")]
    [InlineData("// int count = 0;")]
    [InlineData("// }")]
    public void Code_in_a_comment_is_found(string text) => Assert.Single(CommentRules.Code(Code(text)));

    [Theory]
    [InlineData("// Closes the descriptor; the caller forgets it.")]
    [InlineData("// RFC 9112 6.3")]
    public void A_sentence_is_no_code(string text) => Assert.Empty(CommentRules.Code(Code(text)));

    [Theory]
    [InlineData("#pragma warning disable CA1000\nclass A;")]
    [InlineData("[SuppressMessage(\"a\", \"b\")] class A;")]
    public void A_silence_without_reason_is_found(string text) => Assert.Single(CommentRules.Silences(Code(text)));

    [Theory]
    [InlineData("#pragma warning disable CA1000 // the name of the manual page\nclass A;\n#pragma warning restore CA1000")]
    [InlineData("[SuppressMessage(\"a\", \"b\", Justification = \"why\")] class A;")]
    public void A_silence_with_a_reason_passes(string text) => Assert.Empty(CommentRules.Silences(Code(text)));

    [Theory]
    [InlineData("src/Http/A.cs", "[LibraryImport(\"libc.so.6\")]")]
    [InlineData("src/Engine/Native/A.cs", "[LibraryImport(\"libc\")]")]
    [InlineData("src/Engine/Native/A.cs", "[LibraryImport(\"libc.so.6\", SetLastError = true)]")]
    [InlineData("src/Engine/Native/A.cs", "[DllImport(\"libc.so.6\")]")]
    public void A_native_declaration_out_of_order_is_found(string path, string attribute)
        => Assert.Single(NativeRules.Imports(SourceFile.Of(path, $"partial class A {{ {attribute} static partial int f(); }}")));

    [Fact]
    public void A_versioned_native_declaration_passes()
        => Assert.Empty(NativeRules.Imports(SourceFile.Of("src/Engine/Native/A.cs", "partial class A { [LibraryImport(\"libc.so.6\")] static partial int f(); }")));

    [Fact]
    public void A_test_without_a_sentence_is_found() => Assert.Single(TestRules.Names(Code("class A { [Fact] void Works() { } void Other() { } }")));

    [Fact]
    public void A_test_with_a_loop_is_found() => Assert.Single(TestRules.Branches(Code("class A { [Theory] void It_works() { foreach (int a in b) { } } }")));

    [Fact]
    public void A_skipped_test_is_found() => Assert.Single(TestRules.Skips(Code("class A { [Fact(" + "Skip = \"later\")] void It_works() { } }")));

    private static SourceFile Code(string text) => SourceFile.Of("src/Http/A.cs", text);
}
