using System.Collections.Generic;
using System.Linq;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>The readers of manual pages see what is there, and their rules can fail.</summary>
public sealed class ManualRulesTests
{
    private const string Page =
        """
        .Bl -tag -width Ds
        .It Ic listen on Ar address Op Ic tls
        Where connections are accepted.
        It may be repeated
        .Pq see Sx NAMES .
        .Bl -tag -width Ds
        .It Ic backlog Ar number
        Short.
        .El
        .It Ic types Brq Ar lines
        The types.
        They are many.
        .\" configuration: server
        .Bd -literal -offset indent
        root "/a\eb"
        .Ed
        .El
        """;

    [Fact]
    public void Keywords_come_from_the_heads_of_items()
        => Assert.Equal(["backlog", "listen", "on", "tls", "types"], new ManualPage(new("a.5", Page)).Entries.SelectMany(entry => entry.Keywords).Order(System.StringComparer.Ordinal), System.StringComparer.Ordinal);

    [Fact]
    public void A_keyword_with_two_sentences_of_its_own_is_explained() => Assert.Empty(ManualRules.Unexplained(new("a.5", Page), ["listen", "types", "tls"]));

    [Fact]
    public void A_keyword_with_one_sentence_is_found()
        => Assert.Equal("a.5:7: backlog is explained in less than 2 sentences", ManualRules.Unexplained(new("a.5", Page), ["backlog"]).Single().ToString());

    [Fact]
    public void A_keyword_without_an_item_is_found()
        => Assert.Equal("a.5:1: root is not explained", ManualRules.Unexplained(new("a.5", Page), ["root"]).Single().ToString());

    [Fact]
    public void A_word_that_the_grammar_does_not_know_is_found()
        => Assert.Equal("a.5:7: backlog is no keyword of the grammar", ManualRules.Unknown(new("a.5", Page), ["listen", "on", "tls", "types"]).Single().ToString());

    [Fact]
    public void A_marked_block_is_an_example_in_its_place()
        => Assert.Equal(
            "server \"a\" {\nroot \"/a\\b\"\n}\n",
            new ManualPage(new("a.5", Page)).Examples.Single().Whole(new Dictionary<string, string>(System.StringComparer.Ordinal) { ["server"] = "server \"a\" {\n@}\n" }));
}
