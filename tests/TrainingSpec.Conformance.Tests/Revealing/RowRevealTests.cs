using TrainingSpec.Conformance.Revealing;

namespace TrainingSpec.Conformance.Tests.Revealing;

/// <summary>Whether a row's dependence on its batch is seen.</summary>
public sealed class RowRevealTests
{
    [Test]
    public void Ours_depends_on_no_company([ValueSource(nameof(Names))] string name, [Values("float64", "float32")] string dtype)
    {
        RevealedRow row = new RowReveal(new ReferenceImplementation(), 1).Reveal(RowProbes.All.Single(p => p.Name == name), dtype);
        Assert.That((row.Kind, row.Differing), Is.EqualTo((SumKind.Tree, 0)), row.Note);
        Assert.That(row.Companies, Is.GreaterThan(50));
    }

    // As where vectors of eight are computed otherwise than the elements that fill none.
    [Test]
    public void Vectors_with_a_rest_are_seen()
    {
        RevealedRow row = Reveal((x, i, n) => i < n / 8 * 8 ? Math.BitIncrement(x) : x);
        Assert.That((row.Kind, row.Differing > 0, row.Differing < row.Companies), Is.EqualTo((SumKind.Tree, true, true)));
        Assert.That(row.Note, Does.StartWith("row 0 of 8 is off by "));
    }

    [Test]
    public void An_answer_that_changes_from_one_time_to_the_next_is_seen()
    {
        int asked = 0;
        RevealedRow row = Reveal((x, _, _) => x + asked++);
        Assert.That((row.Differing, row.Note[..31]), Is.EqualTo((row.Companies, "asked alone a second time is of")));
    }

    [Test]
    public void What_has_no_company_is_alone() => Assert.That(Reveal((x, _, _) => -x).Differing, Is.Zero);

    private static IEnumerable<string> Names => RowProbes.All.Select(p => p.Name);

    private static RevealedRow Reveal(Func<double, int, int, double> element) =>
        new RowReveal(new PlantedSums(PlantedSums.Ascending) { Element = element }, 1).Reveal(RowProbes.All.Single(p => p.Name == "activation tanh, elements"), "float64");
}
