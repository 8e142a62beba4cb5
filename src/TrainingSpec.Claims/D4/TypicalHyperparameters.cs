using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Typical Hyperparameters".</summary>
internal static class TypicalHyperparameters
{
    /// <summary>The table's learning rate against the class's default and the other documents' defaults.</summary>
    [Claim("D4-051")]
    [Turn("D4/defaults/AdamW/learning_rate", "3e-4", Verdict.Confirmed)]
    internal static Finding LearningRate(Claim claim, Document document)
    {
        PrintedNumber printed = claim.PrintedNumber("alpha");
        (string Place, Rational Value)[] registry =
        [
            ("D4-120", Default(document, "learning_rate")),
            ("D4-066", document["D4-066"].GivenExact("max_lr")),
            ("D0-042", document["D0-042"].PrintedNumber("lr").Value),
            ("D1-039", document["D1-039"].PrintedNumber("lr").Value),
            ("D2-027", document["D2-027"].GivenExact("base_lr")),
        ];
        foreach ((string place, Rational value) in registry)
            Working.Value($"the learning rate of {place}", value);
        (string Place, Rational Value)[] others = [.. registry.Where(r => r.Value != printed.Value)];
        return Judge.Agrees(
            others.Length == 0,
            string.Join(", ", others.Select(o => o.Place)),
            string.Join(", ", registry.Select(r => Say($"{r.Place}: {r.Value.ToDouble()}"))),
            Say($"the table says {printed}, the class's default is {registry[0].Value.ToDouble()}; {registry.Length - others.Length} of {registry.Length} places say the same"));
    }

    /// <summary>What each hyperparameter does when it alone is changed.</summary>
    [Claim("D4-052")]
    internal static Finding Roles(Claim claim)
    {
        Precise g = Precise.Of(0.3), h = Precise.Of(-0.1), zero = Precise.Of(0), one = Precise.Of(1);
        bool stepSize = Near(Run(alpha: 2e-3).Step(g), Run().Step(g) * Precise.Of(2));
        AdamRun<Precise> memoryless = Run(beta1: 0), remembering = Run();
        memoryless.Step(g);
        memoryless.Step(h);
        remembering.Step(g);
        remembering.Step(h);
        bool momentum = memoryless.M == h && remembering.M != h;
        AdamRun<Precise> sign = Run(beta1: 0, beta2: 0, eps: 0);
        Precise afterOne = sign.Step(g), afterTwo = sign.Step(h);
        bool squares = Near(afterOne, -sign.LearningRate) && Near(afterTwo, zero);
        bool stability = !Precise.IsFinite(Run(eps: 0).Step(zero)) && Run().Step(zero) == zero;
        AdamRun<Precise> plain = new(one), decayed = new(one) { WeightDecay = Precise.Of(0.1) };
        bool regularisation = plain.Step(g) > decayed.Step(g);
        Working.Uses("adam.update");
        Working.Holds("twice alpha doubles the first step", stepSize);
        Working.Holds("beta1 = 0 leaves no memory of the gradient before", momentum);
        Working.Holds("beta1 = beta2 = 0 gives steps of alpha times the sign", squares);
        Working.Holds("eps = 0 divides 0 by 0 at gradient 0", stability);
        Working.Holds("lambda pulls the weight towards 0", regularisation);
        bool[] roles = [stepSize, momentum, squares, stability, regularisation];
        Working.Counted("roles", roles.Count(r => r), roles.Length);
        return Judge.Holds(
            roles.All(r => r),
            Say($"{roles.Count(r => r)} of {roles.Length} roles"),
            "twice alpha doubles the first step; beta1 = 0 leaves no memory of gradients; beta1 = beta2 = 0 gives steps of alpha times the sign; eps = 0 divides 0 by 0 at gradient 0; lambda pulls the weight towards 0",
            Say($"step size: {stepSize}, momentum: {momentum}, squared gradients: {squares}, stability: {stability}, regularisation: {regularisation}"));

        static AdamRun<Precise> Run(double alpha = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8) => new(Precise.Of(0))
        {
            LearningRate = Precise.Of(alpha),
            Beta1 = Precise.Of(beta1),
            Beta2 = Precise.Of(beta2),
            Epsilon = Precise.Of(eps),
        };
    }

    /// <summary>β₁ against the class's default, with its averaging horizon.</summary>
    [Claim("D4-053")]
    [Turn("printed/beta1", "0.95", Verdict.Conflicts)]
    internal static Finding Beta1(Claim claim, Document document) => Judge.SameNumber(claim, "beta1", Default(document, "beta1"), "D4-120")
        .With(Say($"averaging horizon 1/(1 - beta1) = {Horizon(claim.PrintedNumber("beta1").Value)} steps"));

    /// <summary>β₂ against the class's default, with its averaging horizon beside the log's epoch.</summary>
    [Claim("D4-054")]
    [Turn("printed/beta2", "0.99", Verdict.Conflicts)]
    internal static Finding Beta2(Claim claim, Document document) => Judge.SameNumber(claim, "beta2", Default(document, "beta2"), "D4-120")
        .With(Say($"averaging horizon 1/(1 - beta2) = {Horizon(claim.PrintedNumber("beta2").Value)} steps; an epoch of the log has {document["D4-155"].PrintedNumber("steps per epoch")}"));

    /// <summary>ε against the class's default, and what it does for a gradient that stays 0.</summary>
    [Claim("D4-055")]
    [Turn("printed/epsilon", "1e-7", Verdict.Conflicts)]
    internal static Finding Epsilon(Claim claim, Document document)
    {
        double eps = claim.PrintedNumber("epsilon").Value.ToDouble();
        double with = new AdamRun<Real64>(0.5) { Epsilon = eps }.Step(0), without = new AdamRun<Real64>(0.5) { Epsilon = 0 }.Step(0);
        Working.Uses("adam.update");
        Working.Value("0.5 after a step with gradient 0", with);
        Working.Value("without eps", without);
        return Judge.All(
            Judge.SameNumber(claim, "epsilon", Default(document, "epsilon"), "D4-120"),
            Judge.Holds(
                with == 0.5 && double.IsNaN(without),
                "",
                "a gradient of 0 leaves the parameter as it is, where eps = 0 would make it NaN",
                Say($"a gradient of 0 moves 0.5 to {with}, without eps to {without}")))
            .With(Say($"in half precision {eps:0E-0} becomes {(double)(Half)eps}: the protection is lost there"));
    }

    /// <summary>λ against the class's default and against what another document takes for language models.</summary>
    [Claim("D4-056")]
    [Turn("D2-091/printed/llm", "0.01", Verdict.Confirmed)]
    internal static Finding WeightDecayValue(Claim claim, Document document)
    {
        PrintedNumber printed = claim.PrintedNumber("lambda"), other = document["D2-091"].PrintedNumber("llm");
        return Judge.All(
            Judge.SameNumber(claim, "lambda", Default(document, "weight_decay"), "D4-120") with
            {
                Corrected = new Dictionary<string, IReadOnlyList<string>>(),
            },
            Judge.Agrees(
                printed.Value == other.Value,
                "D2-091",
                Say($"{other} in D2-091"),
                Say($"the table says {printed} for a language model, D2 says {other} for large ones")));
    }

    private static Rational Default(Document document, string argument) => document.Facts["defaults"]["AdamW"][argument].Exact;

    private static string Horizon(Rational beta) =>
        Working.Value("1/(1 - beta)", beta == 1 ? "infinitely many" : (1 / (1 - beta)).ToString());
}
