using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Cases;

[Compares]
public sealed class CaseTests(CaseGrounds grounds) : IClassFixture<CaseGrounds>
{
    public static IEnumerable<TheoryDataRow<string, string>> All =>
        CaseFile.All().SelectMany(file => file.Cases.Select(entry => new TheoryDataRow<string, string>(file.Name, entry.Name)));

    [Theory]
    [MemberData(nameof(All))]
    public void A_case_is_played_as_written(string file, string name)
    {
        CaseGround ground = grounds.Of(file);
        using CasePlay play = new(ground, ground.File.Cases.Single(entry => entry.Name == name));

        play.Run();
    }
}
