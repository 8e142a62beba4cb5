using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Code Implementation / AdamW Optimizer": what the class does when it runs.</summary>
internal static class CodeAdamW
{
    private const double Roundings = 64 * Real64.UnitRoundoff;

    /// <summary>The constructor's defaults against the table of typical values.</summary>
    [Claim("D4-120")]
    [Turn("printed/learning_rate", "3e-4", Verdict.Confirmed)]
    internal static Finding Defaults(Claim claim, Document document) => Judge.All(
        Judge.SameNumber(claim, "learning_rate", Typical(document, "D4-051", "alpha"), "D4-051"),
        Judge.SameNumber(claim, "beta1", Typical(document, "D4-053", "beta1"), "D4-053"),
        Judge.SameNumber(claim, "beta2", Typical(document, "D4-054", "beta2"), "D4-054"),
        Judge.SameNumber(claim, "epsilon", Typical(document, "D4-055", "epsilon"), "D4-055"),
        Judge.SameNumber(claim, "weight_decay", Typical(document, "D4-056", "lambda"), "D4-056"));

    /// <summary>A step without state, and a second initialize in the middle of a run.</summary>
    [Claim("D4-121")]
    [Turn("facts/a second initialize resets", "the moments and the counter", Verdict.Erratum)]
    internal static Finding ExplicitInitialize(Claim claim, Document document)
    {
        PythonError? error = PythonException.Of(() => Step(new AdamWListing<Real64>(document), One(1), 1));
        var run = new AdamWListing<Real64>(document) { WeightDecay = 0 };
        Dictionary<string, ListedParameter<Real64>> weight = One(1);
        run.Initialize(weight);
        const int Late = 20000;
        for (int t = 0; t < Late; t++)
            Step(run, weight, 1);
        run.Initialize(weight);
        (bool zeroed, int kept, double before) = (run.Moments["w"].First[0] == 0 && run.Moments["w"].Second[0] == 0, run.Time, weight["w"].Values[0]);
        Step(run, weight, 1);
        double first = (before - weight["w"].Values[0]) / run.LearningRate;
        double predicted = (1 - run.Beta1) / Math.Sqrt(1 - run.Beta2);
        Working.Value("a step without initialize raises", error);
        Working.Tried(Say($"initialize, {Late} steps with gradient 1, initialize again, one step more"));
        Working.Holds("the second initialize sets m and v to 0", zeroed);
        Working.Value("t after it", kept);
        Working.Value("the next update, over the learning rate", first);
        Working.Value("(1 - beta1)/sqrt(1 - beta2)", predicted);
        return Judge.OneOf(
            claim,
            "a second initialize resets",
            [("the moments", error == PythonError.KeyError && zeroed && kept == Late && Math.Abs(first / predicted - 1) <= Math.Pow(run.Beta2, Late) + run.Epsilon / Math.Sqrt(1 - run.Beta2) + Roundings / run.LearningRate), ("the moments and the counter", zeroed && kept == 0)],
            Say($"first update {first:G4}*lr"),
            Say($"a step without initialize raises a KeyError; initialize after {Late} steps zeros m and v but keeps t = {kept}, so that the next update is {first:G4} times the learning rate, (1 - beta1)/sqrt(1 - beta2) instead of 1"),
            Say($"error {error}, moments zeroed {zeroed}, t = {kept}, first update {first:G4} times the learning rate"));
    }

    /// <summary>A rate handed to step, 0 and none among them, and what it leaves alone.</summary>
    [Claim("D4-122")]
    [Turn("facts/a rate of 0 given to step", "is taken for none", Verdict.Erratum)]
    internal static Finding RateOverride(Claim claim, Document document)
    {
        var run = new AdamWListing<Real64>(document);
        Dictionary<string, ListedParameter<Real64>> weight = One(1);
        run.Initialize(weight);
        Step(run, weight, 2, 0);
        (double unchanged, int time, double m, double v) = (weight["w"].Values[0], run.Time, run.Moments["w"].First[0], run.Moments["w"].Second[0]);
        Working.Tried("one step from w = 1 with gradient 2 and rate 0");
        Working.Value("w", unchanged);
        Working.Value("t", time);
        Working.Value("m", m);
        Working.Value("v", v);
        double own = Fresh(null), same = Fresh(run.LearningRate), other = Fresh(10 * run.LearningRate);
        Working.Value("w after a step without a rate", own);
        Working.Value("w after a step with the optimizer's own rate", same);
        Working.Value("w after a step with ten times that rate", other);
        return Judge.OneOf(
            claim,
            "a rate of 0 given to step",
            [("overrides the stored one", unchanged == 1 && time == 1 && m > 0 && v > 0 && own == same && own != other), ("is taken for none", unchanged == own)],
            Say($"w = {unchanged}, t = {time}, m = {m:G3}, v = {v:G3} after a step with rate 0"),
            Say($"a step with rate 0 leaves the weight at {unchanged} but advances t to {time}, m to {m:G3} and v to {v:G3}; without a rate the stored one applies"),
            Say($"after a step with rate 0: w = {unchanged}, t = {time}, m = {m:G3}; without a rate {own:G6}, with the stored one {same:G6}"));

        double Fresh(double? rate)
        {
            var optimizer = new AdamWListing<Real64>(document);
            Dictionary<string, ListedParameter<Real64>> parameter = One(1);
            optimizer.Initialize(parameter);
            Step(optimizer, parameter, 2, rate);
            return parameter["w"].Values[0];
        }
    }

    /// <summary>A parameter whose first gradient comes late: nothing happens before, and the shared counter makes the first update too small.</summary>
    [Claim("D4-123")]
    [Turn("facts/a parameter without a gradient", "is decayed", Verdict.Erratum)]
    internal static Finding MissingGradients(Claim claim, Document document)
    {
        const int Arrival = 10;
        var run = new AdamWListing<Real64>(document);
        Dictionary<string, ListedParameter<Real64>> both = One(1);
        both["late"] = new FloatArray<Real64>(1);
        run.Initialize(both);
        for (int t = 1; t < Arrival; t++)
            Step(run, both, 1);
        (double waiting, double moment) = (both["late"].Values[0], run.Moments["late"].First[0]);
        run.Step(new Dictionary<string, Real64[]> { ["late"] = [1] }, both);
        double updated = both["late"].Values[0] / (1 - run.LearningRate * run.WeightDecay);
        double share = (1 - updated) / run.LearningRate;
        Working.Tried(Say($"{Arrival - 1} steps in which only another parameter has gradients, then one with gradient 1 for this one"));
        Working.Value("the waiting parameter, and its m", new[] { waiting, moment });
        Working.Value("t at its first update", run.Time);
        Working.Value("its first update, over the learning rate", share);
        double predicted = Working.Apply<Real64>(Adam.Corrected, 1 - run.Beta1, Working.Apply<Real64>(Adam.BiasCorrection, run.Beta1, Arrival))
            / (Math.Sqrt(Working.Apply<Real64>(Adam.Corrected, 1 - run.Beta2, Working.Apply<Real64>(Adam.BiasCorrection, run.Beta2, Arrival))) + run.Epsilon);
        Working.Value("predicted m_hat/(sqrt(v_hat) + eps)", predicted);
        return Judge.OneOf(
            claim,
            "a parameter without a gradient",
            [("is skipped", waiting == 1 && moment == 0 && run.Time == Arrival && Math.Abs(share - predicted) <= Roundings / run.LearningRate), ("is decayed", waiting < 1 && moment == 0)],
            Say($"first update {share:F4}*lr at t = {run.Time}"),
            Say($"a parameter without gradient keeps its value and its moments for {Arrival - 1} steps, decay included; its first update at t = {run.Time} is {share:F4} times the learning rate instead of 1, since the corrections count from the optimizer's start"),
            Say($"the waiting parameter stands at {waiting} with m = {moment}; its first update is {share:F4} times the learning rate"));
    }

    /// <summary>Zero gradients for a weight, a bias, a gain and an embedding: all of them shrink.</summary>
    [Claim("D4-124")]
    [Turn("facts/decay reaches", "weights alone", Verdict.Erratum)]
    internal static Finding DecaysEverything(Claim claim, Document document)
    {
        string[] names = ["weight", "bias", "norm gain", "embedding"], excluded = ["bias", "norm gain", "embedding"];
        var run = new AdamWListing<Real64>(document);
        var parameters = names.ToDictionary(n => n, ListedParameter<Real64> (_) => new FloatArray<Real64>(1, -2));
        run.Initialize(parameters);
        run.Step(names.ToDictionary(n => n, _ => new Real64[2]), parameters);
        double factor = 1 - run.LearningRate * run.WeightDecay;
        string[] shrunk = [.. names.Where(n => Math.Abs(parameters[n].Values[0] - factor) <= Roundings && Math.Abs(parameters[n].Values[1] + 2 * factor) <= Roundings)];
        Working.Tried($"one step with zero gradients for {string.Join(", ", names)}, each starting at (1, -2)");
        Working.Value("1 - alpha*lambda", factor);
        foreach (string name in names)
            Working.Value($"{name} afterwards", parameters[name].Values);
        Working.Counted("kinds that shrink by it", shrunk.Length, names.Length);
        return Judge.OneOf(
            claim,
            "decay reaches",
            [("every parameter", shrunk.Length == names.Length), ("weights alone", shrunk is ["weight"])],
            Say($"{shrunk.Length} of {names.Length} kinds shrink by {factor}"),
            Say($"with zero gradients every kind of parameter shrinks by 1 - alpha*lambda = {factor}: {string.Join(", ", shrunk)}; usual practice excludes {string.Join(", ", excluded)}"),
            Say($"only {string.Join(", ", shrunk)} shrink"));
    }

    /// <summary>The listing's moments after random gradients against the recursions that the text states.</summary>
    [Claim("D4-125")]
    [Turn("D4-043/facts/formula", "beta1 * m + g", Verdict.Erratum)]
    [Turn("D4-044/facts/formula", "beta2 * v + (1 - beta2) * g", Verdict.Erratum)]
    internal static Finding MovingAverages(Document document)
    {
        StatedFormula first = document["D4-043"].Facts["formula"].Formula, second = document["D4-044"].Facts["formula"].Formula;
        var draws = new Draws(525);
        Tally equal = new("random sequences of 60 gradients after each of which m and v are those of the text's formulas, but for rounding");
        for (int trial = 0; trial < 20; trial++)
        {
            Real64[] gradients = draws.Row(60);
            var run = new AdamWListing<Real64>(document);
            Dictionary<string, ListedParameter<Real64>> weight = One(1);
            run.Initialize(weight);
            (Real64 m, Real64 v) = (0, 0);
            bool same = true;
            foreach (Real64 g in gradients)
            {
                Step(run, weight, g);
                (m, v) = (first.At(("m", m), ("beta1", run.Beta1), ("g", g)), second.At(("v", v), ("beta2", run.Beta2), ("g", g)));
                // Both are sums of the same terms, each rounded a few times per step.
                same &= Math.Abs(run.Moments["w"].First[0] - m) <= Closeness.Roundoff(6 * gradients.Length, gradients.Max(x => Math.Abs(x.Value)))
                    && Math.Abs(run.Moments["w"].Second[0] - v) <= Closeness.Roundoff(6 * gradients.Length, gradients.Max(x => x.Value * x.Value));
            }

            equal.Add(same);
        }

        Working.Uses("adam.first_moment");
        Working.Uses("adam.second_moment");
        return Judge.Holds(
            equal.Shown().Always,
            Say($"{equal} sequences"),
            Say($"over {equal} random sequences of 60 gradients m is {first} and v is {second}, the square elementwise"),
            Say($"m is {first} and v is {second} in {equal} random sequences only"));
    }

    /// <summary>Constant gradients under the listing: its moments, corrected as the text states, are the gradient and its square at every step of the shared counter.</summary>
    [Claim("D4-126")]
    [Turn("D4-045/facts/first", "m / (1 - beta1)", Verdict.Erratum)]
    [Turn("D4-045/facts/second", "v / (1 - beta2)", Verdict.Erratum)]
    internal static Finding BiasCorrectionPowers(Document document)
    {
        const int Steps = 1000;
        const double Gradient = -0.7;
        StatedFormula first = document["D4-045"].Facts["first"].Formula, second = document["D4-045"].Facts["second"].Formula;
        var run = new AdamWListing<Real64>(document) { WeightDecay = 0 };
        Dictionary<string, ListedParameter<Real64>> weight = One(1);
        run.Initialize(weight);
        Tally same = new(Say($"steps at which the corrected moments of a constant gradient {Gradient} are it and its square, and the update is theirs, but for rounding"));
        for (int t = 1; t <= Steps; t++)
        {
            double before = weight["w"].Values[0];
            Step(run, weight, Gradient);
            Real64 time = run.Time, m = first.At(("m", run.Moments["w"].First[0]), ("beta1", run.Beta1), ("t", time)), v = second.At(("v", run.Moments["w"].Second[0]), ("beta2", run.Beta2), ("t", time));
            double update = run.LearningRate * m / (Real64.Sqrt(v) + run.Epsilon);
            same.Add(Math.Abs(m - Gradient) <= Roundings * t && Math.Abs(v - Gradient * Gradient) <= Roundings * t / (1 - run.Beta2) && Math.Abs(before - weight["w"].Values[0] - update) <= Roundings);
        }

        Working.Apply<Real64>(Adam.Corrected, run.Moments["w"].First[0], Working.Apply<Real64>(Adam.BiasCorrection, run.Beta1, run.Time));
        return Judge.Holds(
            same.Shown().Always,
            Say($"{same} steps"),
            Say($"at {same} steps under a constant gradient {first} and {second} give it and its square, and the listing's update is theirs"),
            Say($"{first} and {second} give the gradient and its square at {same} steps"));
    }

    /// <summary>The first update for gradients from far below epsilon to far above it, against the stated form.</summary>
    [Claim("D4-127")]
    [Turn("D4-046/facts/formula", "theta - alpha * m / sqrt(v + epsilon)", Verdict.Erratum)]
    [Turn("D4-046/facts/formula", "theta - alpha * m / (sqrt(v) + sqrt(epsilon))", Verdict.Erratum)]
    internal static Finding EpsilonOutsideRoot(Document document)
    {
        StatedFormula stated = document["D4-046"].Facts["formula"].Formula;
        Tally same = new("gradients from 1e-12 to 1e-4 whose first update is that of the text's formula, but for rounding");
        double share = double.NaN;
        for (int exponent = -12; exponent <= -4; exponent++)
        {
            var run = new AdamWListing<Real64>(document) { WeightDecay = 0 };
            Dictionary<string, ListedParameter<Real64>> weight = One(0);
            run.Initialize(weight);
            double g = Math.Pow(10, exponent);
            Step(run, weight, g);
            double said = stated.At<Real64>(("theta", 0), ("alpha", run.LearningRate), ("m", g), ("v", g * g), ("epsilon", run.Epsilon));
            same.Add(Near(weight["w"].Values[0], said, 64));
            if (exponent == -8)
                share = -weight["w"].Values[0] / run.LearningRate;
        }

        Working.Uses("adam.update");
        Working.Value("first update for a gradient of 1e-8, over the learning rate", share);
        return Judge.Holds(
            same.Shown().Always,
            Say($"{same} gradients"),
            Say($"the listing's first update is {stated} for {same} gradients; one of 1e-8 moves the weight by {share:G3} times the learning rate"),
            Say($"the listing's first update is {stated} for {same} gradients; one of 1e-8 moves the weight by {share:G3} times the learning rate"));
    }

    /// <summary>What the caller's dictionary holds after a step: a float array, a Python float, an integer array.</summary>
    [Claim("D4-129")]
    [Turn("facts/the caller's arrays", "stay as they are", Verdict.Erratum)]
    internal static Finding InPlace(Claim claim, Document document)
    {
        (double array, PythonError? arrayError) = After(new FloatArray<Real64>(1));
        (double plain, PythonError? plainError) = After(new PlainFloat<Real64>(1));
        (double integer, PythonError? integerError) = After(new IntegerArray<Real64>(1));
        Working.Tried("one step with gradient 1 on the caller's dictionary that holds 1 as a float array, as a Python float, as an integer array");
        Working.Value("the float array afterwards", array);
        Working.Value("the Python float afterwards", plain);
        Working.Value("the integer array afterwards", integer);
        Working.Value("errors", string.Join(", ", new[] { arrayError, plainError, integerError }.Select(e => e?.ToString() ?? "none")));
        return Judge.OneOf(
            claim,
            "the caller's arrays",
            [("change in place", array != 1 && arrayError is null && plain == 1 && plainError is null && integer == 1 && integerError == PythonError.UFuncTypeError), ("stay as they are", array == 1 && arrayError is null)],
            Say($"array {array:G6}, float {plain}, integers: {integerError}"),
            Say($"the caller's float array changes in place to {array:G6}; a Python float in the dictionary stays {plain} without an error, and an integer array is refused with a {integerError}"),
            Say($"array {array:G6} ({arrayError}), float {plain:G6} ({plainError}), integers {integer:G6} ({integerError})"));

        (double Value, PythonError? Error) After(ListedParameter<Real64> parameter)
        {
            var run = new AdamWListing<Real64>(document);
            var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = parameter };
            run.Initialize(parameters);
            PythonError? error = PythonException.Of(() => Step(run, parameters, 1));
            return (parameter.Values[0], error);
        }
    }

    /// <summary>λ = 0 against plain Adam bit for bit, and a negative λ.</summary>
    [Claim("D4-130")]
    [Turn("facts/a negative weight decay", "is applied", Verdict.Erratum)]
    internal static Finding DecaySkipped(Claim claim, Document document)
    {
        double[] gradients = [.. new Draws(530).Row(50).Select(g => g.Value)];
        double none = Run(0), negative = Run(-0.01), positive = Run(0.01);
        var settings = new AdamWListing<Real64>(document);
        var plain = new AdamRun<Real64>(1) { LearningRate = settings.LearningRate, Beta1 = settings.Beta1, Beta2 = settings.Beta2, Epsilon = settings.Epsilon };
        foreach (double g in gradients)
            plain.Step(g);
        Working.Uses("adam.update");
        Working.Uses("adamw.decay_updated");
        Working.Tried(Say($"{gradients.Length} steps from 1 with standard normal gradients (seed 530)"));
        Working.Value("the listing's end with lambda = 0", none);
        Working.Value("with lambda = -0.01", negative);
        Working.Value("with lambda = 0.01", positive);
        Working.Value("plain Adam's end", plain.Theta);
        return Judge.OneOf(
            claim,
            "a negative weight decay",
            [("is skipped", none == plain.Theta && negative == none && positive != none), ("is applied", negative != none)],
            Say($"{none:R} with 0, {negative:R} with -0.01"),
            Say($"after {gradients.Length} steps lambda = 0 and lambda = -0.01 both give the very bits of plain Adam ({none:R}); the negative one is ignored, not refused"),
            Say($"plain Adam {plain.Theta}, lambda = 0 {none:R}, lambda = -0.01 {negative:R}"));

        double Run(double lambda)
        {
            var optimizer = new AdamWListing<Real64>(document) { WeightDecay = lambda };
            Dictionary<string, ListedParameter<Real64>> weight = One(1);
            optimizer.Initialize(weight);
            foreach (double g in gradients)
                Step(optimizer, weight, g);
            return weight["w"].Values[0];
        }
    }

    private static Rational Typical(Document document, string id, string key) => document[id].PrintedNumber(key).Value;

    private static Dictionary<string, ListedParameter<Real64>> One(double value) => new() { ["w"] = new FloatArray<Real64>(value) };

    private static void Step(AdamWListing<Real64> optimizer, Dictionary<string, ListedParameter<Real64>> parameters, double gradient, double? rate = null) =>
        optimizer.Step(new Dictionary<string, Real64[]> { ["w"] = [gradient] }, parameters, rate);
}
