using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Typical Hyperparameters".</summary>
internal static class TypicalHyperparameters
{
    /// <summary>The table's learning rate against the class's default and the example's peak; the other documents' defaults beside it.</summary>
    [Claim("D4-051")]
    [Turn("D4/defaults/AdamW/learning_rate", "3e-4", Verdict.Confirmed)]
    internal static Finding LearningRate(Claim claim, Document document)
    {
        PrintedNumber printed = claim.PrintedNumber("alpha");
        (string Place, Rational Value)[] own = [("D4-120", Default(document, "learning_rate")), ("D4-066", document["D4-066"].GivenExact("max_lr"))];
        (string Place, Rational Value)[] others =
        [
            ("D0-042", document["D0-042"].PrintedNumber("lr").Value),
            ("D1-039", document["D1-039"].PrintedNumber("lr").Value),
            ("D2-027", document["D2-027"].GivenExact("base_lr")),
        ];
        foreach ((string place, Rational value) in own.Concat(others))
            Working.Value($"the learning rate of {place}", value);
        (string Place, Rational Value)[] apart = [.. own.Where(r => r.Value != printed.Value)];
        return Judge.Agrees(
            apart.Length == 0,
            And(apart.Select(o => o.Place)),
            And(own.Select(r => $"{r.Value} in {r.Place}")),
            $"the table says {printed}, the class's default is {own[0].Value} and the example's peak {own[1].Value}")
            .With($"other documents, for other models: {And(others.Select(r => $"{r.Value} in {r.Place}"))}");
    }

    /// <summary>What each hyperparameter does when it alone is changed, for the one that is said to have the role.</summary>
    [Claim("D4-052")]
    [Turn("facts/step size", "beta1", Verdict.Erratum)]
    [Turn("facts/momentum", "beta2", Verdict.Erratum)]
    [Turn("facts/stability", "lambda", Verdict.Erratum)]
    internal static Finding Roles(Claim claim)
    {
        Precise g = Precise.Of(0.3), h = Precise.Of(-0.1), start = Precise.One;
        (string Role, Func<string, bool> Has)[] tests =
        [
            ("step size", name => Near(start - Run(name, 2).Step(g), (start - Run(name, 1).Step(g)) * Precise.Of(2))),
            ("momentum", name => Moments(Run(name, 0)).M == h && Moments(Run(name, 1)).M != h),
            ("squared gradients", name => Moments(Run(name, 0)).V == h * h && Moments(Run(name, 1)).V != h * h),
            ("stability", name => !Precise.IsFinite(Run(name, 0).Step(Precise.Zero)) && Precise.IsFinite(Run(name, 1).Step(Precise.Zero))),
            ("regularisation", name => Run(name, 0).Step(Precise.Zero) == start && Run(name, 1).Step(Precise.Zero) < start),
        ];
        Tally roles = new("hyperparameters that have the role which the table gives them");
        List<string> wrong = [];
        foreach ((string role, Func<string, bool> has) in tests)
        {
            string name = claim.Facts[role].Text;
            if (!roles.Add(Working.Holds($"{name} is the {role}", has(name))))
                wrong.Add($"{name} is not the {role}");
        }

        Working.Uses("adam.update");
        return Judge.Holds(
            roles.Shown().Always,
            Say($"{roles} roles"),
            Say($"changed alone, {roles} hyperparameters do what the table says: twice the step size doubles the first step, no momentum leaves the last gradient alone, no memory of squares the last square, no epsilon divides 0 by 0, the decay pulls the weight towards 0"),
            $"changed alone, {And(wrong)}");

        AdamRun<Precise> Moments(AdamRun<Precise> run)
        {
            run.Step(g);
            run.Step(h);
            return run;
        }

        // The defaults, one of them times a factor.
        AdamRun<Precise> Run(string name, double factor) => new(start)
        {
            LearningRate = Precise.Of(1e-3 * (name == "alpha" ? factor : 1)),
            Beta1 = Precise.Of(0.9 * (name == "beta1" ? Math.Min(factor, 1) : 1)),
            Beta2 = Precise.Of(0.999 * (name == "beta2" ? Math.Min(factor, 1) : 1)),
            Epsilon = Precise.Of(1e-8 * (name == "epsilon" ? factor : 1)),
            WeightDecay = Precise.Of(name == "lambda" ? 0.01 * factor : 0),
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
            Judge.SameNumber(claim, "lambda", Default(document, "weight_decay"), "D4-120"),
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
