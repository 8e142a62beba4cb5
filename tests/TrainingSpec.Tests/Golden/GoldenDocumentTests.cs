namespace TrainingSpec.Tests.Golden;

[TestFixture]
public sealed class GoldenDocumentTests
{
    [Test]
    public Task The_layout_is_golden_itself() => GoldenFile.Verify(GoldenLayout.Sample());

    [Test]
    public void The_layout_is_one_key_a_line_with_numbers_that_read_back()
    {
        string[] lines = GoldenLayout.Sample().Serialize().TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(13));
        Assert.That(lines[2], Is.EqualTo("  \"real\": 0.1,"));
        Assert.That(lines[3], Is.EqualTo("  \"single\": 0.1,"));
        Assert.That(lines[4], Is.EqualTo("  \"negative zero\": -0,"));
        Assert.That(lines[5], Is.EqualTo("  \"smallest\": 5E-324,"));
        Assert.That(lines[8], Is.EqualTo("  \"row\": [1, 2.5, \"Infinity\"],"));
        Assert.That(lines[11], Is.EqualTo("  \"third\": 0.333333333333"));
    }

    [TestCase(0.0, -0.0, 0ul)]
    [TestCase(-5e-324, 5e-324, 2ul)]
    [TestCase(1.0, 2.0, 1ul << 52)]
    [TestCase(double.MaxValue, double.PositiveInfinity, 1ul)]
    public void The_distance_counts_representable_numbers(double a, double b, ulong ulps)
    {
        GoldenDifference difference = Difference(Of(a), Of(b));
        Assert.That(difference.Ulps, Is.EqualTo(ulps));
    }

    [Test]
    public void Singles_are_counted_in_their_own_ULPs()
    {
        GoldenDocument was = new GoldenDocument("golden", "X").Add("x", 1f), now = new GoldenDocument("golden", "X").Add("x", MathF.BitIncrement(1f));
        Assert.That(Difference(was, now).Ulps, Is.EqualTo(1));
    }

    [Test]
    public void NaN_has_no_distance() => Assert.That(Difference(Of(double.NaN), Of(1)).Ulps, Is.Null);

    [Test]
    public void Approximate_keys_ignore_what_lies_beyond_twelve_digits()
    {
        GoldenDocument was = new GoldenDocument("golden", "X").AddApproximate("x", 1.23456789012345);
        GoldenDocument near = new GoldenDocument("golden", "X").AddApproximate("x", 1.234567890122);
        GoldenDocument far = new GoldenDocument("golden", "X").AddApproximate("x", 1.23456789013);
        Assert.That(GoldenComparison.Compare(near, was.Serialize()).Status, Is.EqualTo(GoldenStatus.Match));
        Assert.That(GoldenComparison.Compare(far, was.Serialize()).Status, Is.EqualTo(GoldenStatus.Changed));
    }

    [Test]
    public void New_and_gone_keys_are_listed()
    {
        GoldenDocument was = new GoldenDocument("golden", "X").Add("a", 1).Add("b", 2), now = new GoldenDocument("golden", "X").Add("b", 2).Add("c", 3);
        Assert.That(GoldenComparison.Compare(now, was.Serialize()).Differences, Is.EqualTo(new[]
        {
            new GoldenDifference("c", null, "3", null), new GoldenDifference("a", "1", null, null),
        }));
    }

    [Test]
    public void Another_order_of_the_same_keys_is_a_change()
    {
        GoldenDocument was = new GoldenDocument("golden", "X").Add("a", 1).Add("b", 2), now = new GoldenDocument("golden", "X").Add("b", 2).Add("a", 1);
        Assert.That(GoldenComparison.Compare(now, was.Serialize()).Status, Is.EqualTo(GoldenStatus.Changed));
    }

    [Test]
    public void Texts_are_compared_by_line()
    {
        GoldenDocument now = GoldenDocument.OfText("golden", "T", "one\r\nzwei\r\n", "md");
        Assert.That(now.Serialize(), Is.EqualTo("one\nzwei\n"));
        Assert.That(GoldenComparison.Compare(now, "one\ntwo\n").Differences.Single().ToString(), Is.EqualTo("line 2: two -> zwei"));
    }

    [Test]
    public void Bad_documents_are_refused_by_name()
    {
        Assert.That(() => new GoldenDocument("../x", "Y"), Throws.ArgumentException.With.Message.Contain("topic is '../x'"));
        Assert.That(() => new GoldenDocument("x", ""), Throws.ArgumentException.With.Message.Contain("name is ''"));
        Assert.That(() => Of(1).Add("x", 2), Throws.ArgumentException.With.Message.Contain("the key 'x' already"));
        Assert.That(() => new GoldenDocument("x", "Y").Serialize(), Throws.InvalidOperationException.With.Message.Contain("x/Y is empty"));
        Assert.That(() => GoldenDocument.OfText("x", "Y", " "), Throws.ArgumentException.With.Message.Contain("x/Y is empty"));
        Assert.That(() => GoldenDocument.OfText("x", "Y", "z", "xml"), Throws.ArgumentException.With.Message.Contain("extension is 'xml'"));
    }

    [Test]
    public void Marked_methods_are_found()
    {
        IReadOnlyList<GoldenDocument> found = GoldenCatalog.Documents(typeof(GoldenLayout).Assembly);
        Assert.That(found.Select(d => d.Id), Has.Member("golden/Layout"));
    }

    [Test]
    public void A_source_that_says_its_topic_is_not_run_for_another_and_keeps_what_it_says()
    {
        Type[] types = [typeof(GoldenLayout), typeof(Slow)];
        Assert.That(GoldenCatalog.Documents(types, new HashSet<string> { "golden" }).Select(d => d.Id), Is.EqualTo(new[] { "golden/Layout" }));
        Assert.That(GoldenCatalog.Documents(types, new HashSet<string> { "adam" }), Is.Empty);
        Assert.That(() => GoldenCatalog.Documents(types, new HashSet<string> { "slow" }), Throws.TypeOf<GoldenException>().With.Message.EndsWith("Slow.Other is said to be of slow and computes adam/X."));
        Assert.That(() => GoldenCatalog.Documents(types), Throws.TypeOf<GoldenException>());
    }

    [Test]
    public void A_source_that_takes_the_topics_gets_those_that_are_asked_for()
    {
        Type[] types = [typeof(Selecting)];
        Assert.That(GoldenCatalog.Documents(types).Select(d => d.Id), Is.EqualTo(new[] { "asked/all" }));
        Assert.That(GoldenCatalog.Documents(types, new HashSet<string> { "asked", "b" }).Select(d => d.Id), Is.EqualTo(new[] { "asked/asked-b" }));
        Assert.That(() => GoldenCatalog.Documents([typeof(Parametric)]), Throws.TypeOf<GoldenException>().With.Message.EndsWith("Parametric.Counted must be public and static, without parameters or with the set of topics alone."));
    }

    private static class Selecting
    {
        [GoldenSource]
        public static GoldenDocument Asked(IReadOnlySet<string>? topics) => new GoldenDocument("asked", topics is null ? "all" : string.Join('-', topics)).Add("x", 1);
    }

    private static class Parametric
    {
        [GoldenSource]
        public static GoldenDocument Counted(int count) => new GoldenDocument("asked", "X").Add("x", count);
    }

    private static class Slow
    {
        [GoldenSource("slow")]
        public static GoldenDocument Other() => new GoldenDocument("adam", "X").Add("x", 1);
    }

    private static GoldenDocument Of(double value) => new GoldenDocument("golden", "X").Add("x", value);

    private static GoldenDifference Difference(GoldenDocument was, GoldenDocument now) => GoldenComparison.Compare(now, was.Serialize()).Differences.Single();
}
