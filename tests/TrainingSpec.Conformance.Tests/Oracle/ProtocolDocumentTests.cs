using System.Text.RegularExpressions;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>spec/protocol names every operation, says how large its answer is and how its members are compared, and shows a sample of it.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Folder, "oracle.md"));

    /// <summary>spec/protocol of the checkout.</summary>
    public static string Folder => Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!, "spec", "protocol");

    [Test]
    public void Every_operation_that_is_answered_is_documented_and_the_others_are_not_yet()
    {
        string[] unknown = [.. OperationTable.Names.Where(name => !Protocol.Operations.Contains(name))];
        Assert.That(unknown, Is.Empty, "an operation needs its name in Protocol.Operations");
        string contract = Text.Remove(Text.IndexOf("## Order and flushing", StringComparison.Ordinal)) + Text[Text.IndexOf("## Numbers and randomness", StringComparison.Ordinal)..];
        string[] missing = [.. Protocol.Operations.Where(name => !Regex.IsMatch(contract, $"(?m)^(\\| (`[a-z_]+` †, )?|Also: )?`{Regex.Escape(name)}`(:| \\(| \\|| †)"))];
        Assert.That(missing, Is.Empty, "each needs a row with its arguments and its result in spec/protocol/oracle.md");
        string[] notYet = [.. NotYet().Matches(Text).Select(m => m.Groups[1].Value)];
        Assert.That(notYet, Is.EquivalentTo(Protocol.Operations.Except(OperationTable.Names)), "\"not yet answered\" in spec/protocol/oracle.md");
    }

    [Test]
    public void Every_operation_says_how_large_its_answer_is() =>
        Assert.That(
            Rows("| operation | numbers in its answer |").SelectMany(row => Code().Matches(row[0]).Select(m => m.Groups[1].Value)).Order(StringComparer.Ordinal),
            Is.EqualTo(OperationTable.Names),
            "the table of spec/protocol/oracle.md, \"What a request may ask for\"");

    [Test]
    public void The_table_of_equality_is_the_one_that_is_used() => Assert.Multiple(() =>
    {
        string[] expected = [.. MemberEquality.All.Select(rule => $"`{rule.Operation}` | `{rule.Member}` | {rule.Text} | {string.Join(", ", rule.Beside.Select(b => char.IsAsciiDigit(b[0]) ? b : $"`{b}`"))}")];
        Assert.That(Rows("| operation | member | equal | beside |").Select(row => string.Join(" | ", row)), Is.EqualTo(expected));
        Assert.That(MemberEquality.All.Select(rule => rule.Operation).Distinct().Order(StringComparer.Ordinal), Is.EqualTo(OperationTable.Names));
    });

    [Test]
    public void The_limits_are_those_of_the_code() => Assert.Multiple(() =>
    {
        Assert.That(Text, Does.Contain("A line has at most 64 MiB; an answer at most 10⁷ numbers"));
        Assert.That(Protocol.MaxDepth, Is.EqualTo(512));
        Assert.That(Text, Does.Contain("the arguments at most 4·10⁶ lists and objects, a request none that is nested more than 512 deep; one attention at most 10⁷ weights (heads · positions²) and 2·10⁹ products"));
        Assert.That(Text, Does.Contain("one `gpt.loss` at most 2·10⁷ kept numbers"));
        Assert.That(Protocol.MaxKept, Is.EqualTo(20_000_000));
        Assert.That(Text, Does.Contain("one `llrd`, `schedule`, `lr_finder.sweep` or `lr_finder.suggest` at most 2·10⁶ rates"));
        Assert.That(Protocol.MaxRates, Is.EqualTo(2_000_000));
        Assert.That((Protocol.MaxLineBytes, Protocol.MaxValues, Protocol.MaxLists, Protocol.MaxProducts, Protocol.MaxWideProducts), Is.EqualTo((64 << 20, 10_000_000, 4_000_000, 2_000_000_000L, 3_000_000L)));
    });

    private static IEnumerable<string[]> Rows(string header) => Text[Text.IndexOf(header, StringComparison.Ordinal)..].Split('\n').Skip(2)
        .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line[2..].TrimEnd().TrimEnd('|').Split(" | ").Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex("(?m)^\\| `([a-z0-9_.]+)` .*not yet answered")]
    private static partial Regex NotYet();

    [GeneratedRegex("`([a-z0-9_]+(?:\\.[a-z0-9_]+)?)`")]
    private static partial Regex Code();
}
