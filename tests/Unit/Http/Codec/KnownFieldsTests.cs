using System;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class KnownFieldsTests
{
    public static TheoryData<KnownField> Fields { get; } = [.. Enum.GetValues<KnownField>().Where(field => field != KnownField.None)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_name_is_known_in_any_case_of_letters(KnownField field)
    {
        string name = Encoding.ASCII.GetString(KnownFields.Name(field));
        Assert.Equal(field, KnownFields.Of(Encoding.ASCII.GetBytes(name)));
        Assert.Equal(field, KnownFields.Of(Encoding.ASCII.GetBytes(name.ToUpperInvariant())));
        Assert.Equal(field, KnownFields.Of(Encoding.ASCII.GetBytes(name.ToLowerInvariant())));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_name_with_another_byte_at_any_place_is_none_of_them(KnownField field)
    {
        string name = Encoding.ASCII.GetString(KnownFields.Name(field));
        Assert.All(
            Enumerable.Range(0, name.Length),
            place => Assert.Equal(KnownField.None, KnownFields.Of(Encoding.ASCII.GetBytes(name[..place] + "~" + name[(place + 1)..]))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("X")]
    [InlineData("Hos")]
    [InlineData("Hosts")]
    [InlineData("If-Unmodified-Since-")]
    public void A_shorter_and_a_longer_name_is_none_of_them(string name) =>
        Assert.Equal(KnownField.None, KnownFields.Of(Encoding.ASCII.GetBytes(name)));
}
