using TrainingSpec.Conformance.Proofs;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Tests.Proofs;

/// <summary>What holds is proven, what does not is refuted where it fails, and nothing is proven that is false.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class ProverTests
{
    // Of these the proofs take longest.
    private static readonly string[] Long = ["adam-step-bound-3", "warmup-cosine-at-least-minimum"];

    private static IEnumerable<string> True() => Statements.All.Keys;

    private static IEnumerable<TestCaseData> Proofs() => Statements.All.Keys.Select(name => Long.Contains(name) ? new TestCaseData(name).SetCategory(Deep.Category) : new TestCaseData(name));

    private static IEnumerable<string> Wrong() => Statements.False.Keys;

    [TestCaseSource(nameof(Proofs))]
    public void Is_proven(string name)
    {
        ProofResult result = Prover.Decide(Statements.Find(name));
        TestContext.Out.WriteLine(result);
        Assert.That(result.Outcome, Is.EqualTo(ProofOutcome.Proven), result.ToString());
    }

    [TestCaseSource(nameof(Wrong))]
    public void Is_refuted_where_it_fails(string name)
    {
        Statement statement = Statements.Find(name);
        ProofResult result = Prover.Decide(statement);
        TestContext.Out.WriteLine(result);
        Assert.That(result.Outcome, Is.EqualTo(ProofOutcome.Refuted), result.ToString());

        // The place is looked at again in plain double precision.
        Real64[] there = [.. result.Where!.Select(x => (Real64)((x.Low + x.High) / 2))];
        Assert.That(statement.Margin<Real64>(there).Value, Is.LessThan(-statement.Slack));
    }

    [TestCaseSource(nameof(True))]
    public void Holds_at_random_points_in_double(string name)
    {
        Statement statement = Statements.Find(name);
        var random = new TrainingSpec.Checking.SplitMix(5);
        for (int i = 0; i < 1000; i++)
        {
            double Draw(VariableRange range) => range.Low + (range.High - range.Low) * random.Uniform();
            Real64[] x = [.. statement.Box.Select(range => (Real64)(range.Whole ? Math.Floor(Draw(range)) : Draw(range)))];
            Assert.That(statement.Margin<Real64>(x).Value, Is.GreaterThan(-statement.Slack - 1e-12), $"at {string.Join(", ", x)}");
        }
    }

    [Test]
    public void The_papers_bound_on_a_step_is_exceeded_twofold_by_gradients_that_grow_as_the_betas_quotient()
    {
        Real64[] gradients = new Real64[2000];
        Real64 g = 1;
        for (int k = gradients.Length - 1; k >= 0; k--, g /= 0.999 / 0.9)
            gradients[k] = g;
        (Real64 m, Real64 v) = AdamStatements.Moments<Real64>(gradients);
        double step = m.Value / Math.Sqrt(v.Value), paper = 0.1 / Math.Sqrt(0.001);
        Assert.That(step, Is.EqualTo(Adam.StepBound<Real64>(0.9, 0.999, 2000).Value).Within(1e-9));
        Assert.That((Math.Round(step, 2), Math.Round(paper, 2)), Is.EqualTo((6.76, 3.16)));
    }

    [Test]
    public void A_jump_is_not_smoothed_over()
    {
        // Below the jump the margin is 1, above it −1; slopes are 0 everywhere.
        ProofResult result = Prover.Decide(new Jump());
        Assert.That(result.Outcome, Is.EqualTo(ProofOutcome.Refuted), result.ToString());
    }

    [Test]
    public void What_touches_zero_without_slack_stays_undecided_and_says_where()
    {
        ProofResult result = Prover.Decide(new Touching(), most: 2000);
        Assert.That(result.Outcome, Is.EqualTo(ProofOutcome.Undecided));
        Assert.That(result.Where![0].Low, Is.EqualTo(1.0 / 3).Within(1e-3));
    }

    private sealed class Jump() : Statement("jump", "", "", 0, new VariableRange("x", 0, 1))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.IfLess(x[0], T.Of(0.999), T.Of(1), T.Of(-1));
    }

    private sealed class Touching() : Statement("touching", "", "", 0, new VariableRange("x", 0, 1))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T d = x[0] - T.Of(1) / T.Of(3);
            return d * d * d * d + d * d - T.Of(0) * x[0];
        }
    }
}
