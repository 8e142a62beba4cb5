using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "AdamW Update (for one parameter)": the scalar step by hand.</summary>
internal static class WorkedAdamW
{
    /// <summary>The first step over gradients of many magnitudes, with ε = 0, and the quotient of update and decay against the one that is said.</summary>
    [Claim("D4-103")]
    [Turn("facts/update over decay", "20", Verdict.Erratum)]
    [Turn("D4-104/given/lam", "0.1", Verdict.Erratum)]
    internal static Finding FirstStepIgnoresMagnitude(Claim claim, Document document)
    {
        Claim example = document["D4-104"];
        Rational said = claim.Facts["update over decay"].Exact;
        Step<Precise> worked = Step<Precise>.Of(example);
        Rational ratio = Working.Value("update over decay", Exact.Value(worked.Update / worked.Decay));
        Precise rate = Exact.Of(example.GivenExact("lr"));
        Tally same = new("gradients from 1e-6 to 1e6 whose first step without epsilon is the learning rate, to 88 bits");
        for (int exponent = -6; exponent <= 6; exponent++)
        {
            var run = new AdamRun<Precise>(Precise.Zero) { LearningRate = rate, Beta1 = Exact.Of(example.GivenExact("beta1")), Beta2 = Exact.Of(example.GivenExact("beta2")), Epsilon = Precise.Zero };
            same.Add(Near(-run.Step(Exact.Of(Rational.PowerOfTen(exponent))) / rate, Precise.One));
        }

        double eps = example.GivenNumber("eps"), atEpsilon = Working.Value("the first step over the learning rate for a gradient of eps", Working.Quiet(() => new Step<Real64>(example, eps).Update) / example.GivenNumber("lr"));
        bool rounds = Rational.Abs(ratio - said) * 2 <= 1;
        return Judge.Holds(
            same.Shown().Always && rounds,
            Say($"{ratio.ToDouble():F0}"),
            Say($"without epsilon the first step is the learning rate for {same} gradients, and the update is {ratio.ToDouble():G7} times the decay, 1/(lambda |w|) but for epsilon"),
            Say($"without epsilon the first step is the learning rate for {same} gradients; the update is {ratio.ToDouble():G7} times the decay, not {said}"))
            .AndYet(Say($"for a gradient as small as epsilon the first step is {atEpsilon:G3} of the learning rate"));
    }

    /// <summary>The counter of a fresh optimizer after one step; with t = 0 the corrections would be zero.</summary>
    [Claim("D4-104")]
    [Turn("given/t", "2", Verdict.Erratum)]
    internal static Finding FreshState(Claim claim, Document document)
    {
        var optimizer = new AdamWListing<Real64>(document);
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = new FloatArray<Real64>(claim.GivenNumber("w")) };
        optimizer.Initialize(parameters);
        optimizer.Step(new Dictionary<string, Real64[]> { ["w"] = [claim.GivenNumber("g")] }, parameters);
        Working.Value("the listing's counter after initialize and one step", optimizer.Time);
        double early = Working.Apply<Real64>(Adam.BiasCorrection, claim.GivenNumber("beta1"), 0);
        return Judge.Holds(
            optimizer.Time == claim.GivenInteger("t") && early == 0,
            Say($"t = {optimizer.Time}"),
            Say($"the listing's counter is {optimizer.Time} in the first step, as given, since it is raised before the corrections; at t = 0 the correction 1 - beta^t would be {early}"),
            Say($"the listing's counter is {optimizer.Time} in the first step, given is {claim.GivenInteger("t")}"));
    }

    /// <summary>The first moment.</summary>
    [Claim("D4-105")]
    [Turn("printed/m", "0.03", Verdict.Erratum)]
    internal static Finding FirstMoment(Claim claim) => Judge.Number(claim, "m", Exact.Value(Step<Precise>.Of(claim).M));

    /// <summary>The second moment.</summary>
    [Claim("D4-106")]
    [Turn("printed/v", "0.00005", Verdict.Erratum)]
    internal static Finding SecondMoment(Claim claim) => Judge.Number(claim, "v", Exact.Value(Step<Precise>.Of(claim).V));

    /// <summary>The corrected first moment: the gradient itself at the first step.</summary>
    [Claim("D4-107")]
    [Turn("printed/m_hat", "0.3", Verdict.Erratum)]
    internal static Finding CorrectedFirstMoment(Claim claim) =>
        Judge.Number(claim, "m_hat", Exact.Value(Step<Precise>.Of(claim).MHat));

    /// <summary>The corrected second moment: the squared gradient at the first step.</summary>
    [Claim("D4-108")]
    [Turn("printed/v_hat", "0.05", Verdict.Erratum)]
    internal static Finding CorrectedSecondMoment(Claim claim) =>
        Judge.Number(claim, "v_hat", Exact.Value(Step<Precise>.Of(claim).VHat));

    /// <summary>The update.</summary>
    [Claim("D4-109")]
    [Turn("printed/update", "4e-4", Verdict.Erratum)]
    internal static Finding Update(Claim claim)
    {
        Rational exact = Exact.Value(Step<Precise>.Of(claim).Update);
        return Judge.Number(claim, "update", exact)
            .With(Say($"the update is lr*|g|/(|g| + eps) = {exact.ToDouble():G9}, short of lr by the relative eps/|g| = {claim.GivenNumber("eps") / claim.GivenNumber("g"):G2}"));
    }

    /// <summary>The decay of the old weight.</summary>
    [Claim("D4-110")]
    [Turn("printed/weight_decay_term", "1.6e-6", Verdict.Erratum)]
    internal static Finding DecayTerm(Claim claim) => Judge.Number(claim, "weight_decay_term", Exact.Value(Step<Precise>.Of(claim).Decay));

    /// <summary>The new weight by the formula, and by the class, which decays the updated weight.</summary>
    [Claim("D4-111")]
    [Turn("printed/w_new", "0.4998", Verdict.Erratum)]
    internal static Finding NewWeight(Claim claim)
    {
        Step<Precise> step = Step<Precise>.Of(claim);
        Rational formula = Working.Value("new weight by the formula", Exact.Value(step.ByFormula)), listing = Working.Value("by the class, which decays the updated weight", Exact.Value(step.ByListing));
        PrintedNumber printed = claim.PrintedNumber("w_new");
        return Judge.Number(claim, "w_new", formula)
            .With(
                Say($"formula {formula.ToDouble():G12}, class {listing.ToDouble():G12}, apart by alpha*lambda*update = {(listing - formula).ToDouble():G3}"),
                $"the class's value rounds to {printed.Like(listing)}");
    }

    /// <summary>The class's result against the formula's: it decays the weight that the update has already moved.</summary>
    [Claim("D4-128")]
    [Turn("given/lam", "0", Verdict.Confirmed)]
    internal static Finding OrderOfDecay(Claim claim, Document document)
    {
        Step<Precise> step = Step<Precise>.Of(claim);
        var optimizer = new AdamWListing<Precise>(document)
        {
            LearningRate = Exact.Of(claim.GivenExact("lr")),
            WeightDecay = Exact.Of(claim.GivenExact("lam")),
        };
        var weight = new FloatArray<Precise>(Exact.Of(claim.GivenExact("w")));
        var parameters = new Dictionary<string, ListedParameter<Precise>> { ["w"] = weight };
        optimizer.Initialize(parameters);
        optimizer.Step(new Dictionary<string, Precise[]> { ["w"] = [Exact.Of(claim.GivenExact("g"))] }, parameters);
        Rational run = Exact.Value(weight.Values[0]), difference = run - Exact.Value(step.ByFormula);
        Rational predicted = claim.GivenExact("lr") * claim.GivenExact("lam") * Exact.Value(step.Update);
        Working.Value("the class's end", run);
        Working.Value("class - formula", difference);
        Working.Value("alpha*lambda*update", predicted);
        bool described = ListingFacts.DecayFollowsUpdate(document) && Rational.Abs(difference - predicted).ToDouble() <= 64 * Real64.UnitRoundoff * Real64.UnitRoundoff;
        return Judge.All(
            Judge.Holds(
                described,
                Say($"class - formula = {difference.ToDouble():G3}"),
                Say($"the class ends at {run.ToDouble():G12}, above the formula by alpha*lambda*update = {predicted.ToDouble():G3}"),
                Say($"class - formula is {difference.ToDouble():G3}, alpha*lambda*update is {predicted.ToDouble():G3}")),
            Judge.Holds(
                difference.Numerator.IsZero,
                "",
                "the class ends where the document's formula (D4-050) ends",
                Say($"the code contradicts the document's formula (D4-050): the class decays the updated weight and ends at {run.ToDouble():G12}, the formula decays the old one and gives {Exact.Value(step.ByFormula).ToDouble():G12}; they differ by alpha*lambda*update = {predicted.ToDouble():G2}")));
    }

    /// <summary>The example's numbers in the order in which they are worked out.</summary>
    private sealed class Step<T>(Claim example, T g)
        where T : IReal<T>
    {
        public Step(Claim example, double gradient)
            : this(example, T.Of(gradient))
        {
        }

        public T M => Working.Apply(Adam.FirstMoment, T.Of(0), g, Given("beta1"));

        public T V => Working.Apply(Adam.SecondMoment, T.Of(0), g, Given("beta2"));

        public T MHat => Working.Apply(Adam.Corrected, M, Working.Apply(Adam.BiasCorrection, Given("beta1"), Given("t")));

        public T VHat => Working.Apply(Adam.Corrected, V, Working.Apply(Adam.BiasCorrection, Given("beta2"), Given("t")));

        // The update is what the formula takes from zero.
        public T Update => -Working.Apply(Adam.Update, T.Of(0), MHat, VHat, Given("lr"), Given("eps"));

        public T Decay => Working.Apply(AdamW.Decay, Given("w"), Given("lr"), Given("lam"));

        public T ByFormula => Working.Apply(AdamW.Update, Given("w"), MHat, VHat, Given("lr"), Given("eps"), Given("lam"));

        public T ByListing => Working.Apply(AdamW.DecayUpdated, Working.Apply(Adam.Update, Given("w"), MHat, VHat, Given("lr"), Given("eps")), Given("lr"), Given("lam"));

        public static Step<T> Of(Claim example) => new(example, Rounding.To<T>(example.GivenExact("g")));

        private T Given(string key) => Rounding.To<T>(example.GivenExact(key));
    }
}
