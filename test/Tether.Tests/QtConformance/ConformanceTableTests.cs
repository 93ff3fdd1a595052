namespace Tether.Tests.QtConformance;

/// <summary>docs/qprocess.md says what has become of every member and every test of Qt's classes, and what it says is there.</summary>
[Trait("Conformance", "table")]
public sealed class ConformanceTableTests
{
    private const int ShortestReason = 20;

    [Fact]
    public void Members_EveryOne_HasARowThatSaysWhatToUse()
    {
        string[][] all = [.. ConformancePage.List("member-names.txt").Select(line => line.Split(' '))];
        foreach (IGrouping<string, string> members in all.GroupBy(member => member[0], member => member[1]))
        {
            List<string[]> rows = ConformancePage.Rows(members.Key);
            Assert.All(rows, row => Assert.True(row.Length == 2 && row[1].Length > 0, $"{members.Key}: the row '{row[0]}' says nothing."));
            Assert.Equal(members.Order(), rows.SelectMany(row => ConformancePage.Names(row[0])).Order());
        }
    }

    [Fact]
    public void Counterparts_NamedOnThePage_AreThere()
    {
        string[] named = [.. ConformancePage.Counterparts()];
        Assert.True(named.Length > 30);
        Assert.All(named, name => Assert.True(IsMember(name), $"docs/qprocess.md names '{name}', and there is no such member."));
    }

    [Theory]
    [InlineData("tst_qprocess")]
    [InlineData("tst_qlocalsocket")]
    public void Rows_OfQtsTests_AreExactlyItsNames(string suite)
    {
        IEnumerable<string> names = ConformancePage.List("test-names.txt")
            .Where(line => line.StartsWith(suite + " ", StringComparison.Ordinal));

        Assert.Equal(
            names.Select(line => line[(suite.Length + 1)..]),
            ConformancePage.Rows("Conformance: " + suite).Select(row => Assert.Single(ConformancePage.Names(row[0]))));
    }

    [Theory]
    [InlineData("tst_qprocess")]
    [InlineData("tst_qlocalsocket")]
    public void Row_Any_NamesATestOrTheReason(string suite) =>
        Assert.All(ConformancePage.Rows("Conformance: " + suite), row =>
        {
            Assert.Equal(3, row.Length);
            Assert.True(
                ConformancePage.Names(row[1]).Length > 0 || (row[1].Length == 0 && row[2].Length >= ShortestReason),
                $"The row {row[0]} has neither a test nor a reason.");
        });

    [Theory]
    [InlineData("tst_qprocess")]
    [InlineData("tst_qlocalsocket")]
    public void Test_NamedInARow_ExistsAndHasTheTraitOfItsSuite(string suite)
    {
        IEnumerable<string> named = ConformancePage.Rows("Conformance: " + suite).SelectMany(row => ConformancePage.Names(row[1]));
        foreach (string name in named)
        {
            IGrouping<string, string?>[] methods = [.. TestSources.Find(name)];
            Assert.True(methods.Length > 0, $"docs/qprocess.md names '{name}', and there is no such test.");
            Assert.All(methods, method => Assert.True(
                method.Contains(suite),
                $"'{method.Key}' lacks [Trait(\"Conformance\", \"{suite}\")], on itself or on its class: test/conformance.sh misses it."));
        }
    }

    private static bool IsMember(string name) =>
        typeof(TetheredProcess).Assembly.GetType("Tether." + name.Split('.')[0]) is { IsPublic: true } type
        && type.GetMember(name.Split('.')[1]).Length > 0;
}
