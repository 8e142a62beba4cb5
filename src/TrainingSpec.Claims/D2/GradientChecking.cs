using TrainingSpec.Checking;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Gradient Checking": the routine, its step and its threshold.</summary>
internal static class GradientChecking
{
    private static readonly GptConfig Config = new() { Vocabulary = 6, Width = 4, Layers = 1, Heads = 1, Context = 4, MlpRatio = 2 };

    /// <summary>The error of the central difference at the default step and at every power of ten, in double and in single precision.</summary>
    [Claim("D2-054")]
    [Turn("printed/eps", "1e-9", Verdict.Erratum)]
    [Turn("printed/eps", "1e-2", Verdict.Erratum)]
    internal static Finding DefaultStep(Claim claim)
    {
        double step = claim.PrintedNumber("eps").Value.ToDouble();
        double[] errors = [.. Enumerable.Range(1, 12).Select(n => Error<Real64>(Math.Pow(10, -n)))], single = [.. Enumerable.Range(1, 7).Select(n => Error<Real32>(Math.Pow(10, -n)))];
        double own = Working.Value("mean relative error at the printed step, in double precision", Error<Real64>(step)), ownSingle = Working.Value("in single precision", Error<Real32>(step));
        Working.Value("at steps of 0.1, 0.01, … in double precision", errors);
        Working.Value("in single precision", single);
        Working.Uses("checking.central_difference");
        return Judge.Holds(
            own <= 10 * errors.Min(),
            Say($"relative error {own:G2}"),
            Say($"at the step {step} the central difference of e^x and sin x is off by {own:G2} of the derivative, where the best power of ten gives {errors.Min():G2}"),
            Say($"at the step {step} the central difference is off by {own:G2} of the derivative, the best power of ten gives {errors.Min():G2}"))
            .AndYet(Say($"in single precision the same step is off by {ownSingle:G2}, the best one by {single.Min():G2}"));
    }

    /// <summary>The routine on a small GPT: right gradients and wrong ones in double precision, right ones in single precision.</summary>
    [Claim("D2-055")]
    [Turn("facts/precisions", "[\"double\"]", Verdict.Confirmed)]
    [Turn("facts/precisions", "[\"single\"]", Verdict.Erratum)]
    internal static Finding Validates(Claim claim)
    {
        string[] mutants = ["twice the gradient", "the opposite sign", "a matrix transposed", "one tensor left out"];
        var caught = new Tally("wrong gradients (twice, opposite sign, a matrix transposed, a tensor of zeros) that fail in double precision");
        foreach (string mutant in mutants)
            caught.Add(!Passes<Real64>(mutant));
        (bool right, bool rightSingle) = (Passes<Real64>(""), Passes<Real32>(""));
        caught.Shown();
        Working.Holds("right gradients pass in double precision", right);
        Working.Holds("right gradients pass in single precision", rightSingle);
        bool[] holds = [.. claim.Facts["precisions"].Texts.Select(p => caught.Always && (p == "double" ? right : rightSingle))];
        return Judge.Conditional(
            holds.All(h => h),
            holds.Any(h => h),
            "when the model computes in double precision",
            $"{caught} wrong gradients caught",
            Say($"in double precision {caught} wrong gradients of a small GPT fail and right ones {(right ? "pass" : "fail")}; in single precision, where the step is lost in the loss's rounding, right ones {(rightSingle ? "pass" : "fail")}"));
    }

    /// <summary>What forward returns in this routine, in the other listing of the document, and in D4.</summary>
    [Claim("D2-056")]
    [Turn("facts/forward", "logits", Verdict.Confirmed)]
    [Turn("facts/forward", "logits", Verdict.Conflicts, AndPlace = "D2/train_step_mixed_precision/calls/1", AndValue = "scale")]
    [Turn("facts/forward", "logits", Verdict.Conflicts, AndPlace = "D4/train_step calls/1/1", AndValue = "update")]
    internal static Finding WhatForwardReturns(Claim claim, Document document)
    {
        // Where a call of its own makes the loss, what forward returns is not the loss yet.
        static string Returned(IEnumerable<string> calls) => calls.Contains("loss") ? "logits" : "loss";
        string here = claim.Facts["forward"].Text;
        Facts step = document.Facts["train_step_mixed_precision"];
        (string Place, string What)[] elsewhere =
        [
            (Say($"the listing from line {step["lines"][0].Integer}"), Returned(step["calls"].Texts)),
            ("D4-138", Returned(document.Other("D4").Facts["train_step calls"].Rows.Select(r => r[1].Text))),
        ];
        (string Place, string What)[] differ = [.. elsewhere.Where(e => e.What != here)];
        Working.Counted("other listings whose forward returns something else", differ.Length, elsewhere.Length);
        return Judge.Agrees(
            differ.Length == 0,
            And(differ.Select(d => d.Place)),
            $"{here}; {string.Join(", ", elsewhere.Select(e => $"{e.What} in {e.Place}"))}",
            $"model.forward returns the {here} here, {And(elsewhere.Select(e => $"{e.What} in {e.Place}"))}: no model can serve both");
    }

    /// <summary>Places that the loop looks at, and how likely they meet an error in a part of an array.</summary>
    [Claim("D2-057")]
    [Turn("given/samples", "9", Verdict.Erratum)]
    [Turn("facts/range", "20", Verdict.Erratum)]
    internal static Finding TenPlaces(Claim claim)
    {
        int samples = claim.GivenInteger("samples"), range = claim.Facts["range"].Integer;
        IReadOnlyList<FixedStepEntry> entries = Kept.Of(0, static _ => Entries<Real64>(""));
        int[] perArray = [.. entries.GroupBy(e => e.Tensor).Select(g => g.Count()).Distinct()];
        int fewest = entries.GroupBy(e => e.Tensor).Min(g => g.Select(e => e.Index).Distinct().Count());
        Working.Value("passes of the loop per array", range);
        Working.Value("places looked at per array of a small GPT by the model of the listing", perArray);
        Working.Value("different places among them, at the least", fewest);
        double found = (double)Working.Apply(Search.HitProbability, Precise.Of(0.01), Precise.Of(samples));
        return Judge.Holds(
            range == samples && perArray is [var one] && one == samples,
            Say($"{range} places"),
            Say($"the loop draws {range} places of each array, with repetition"),
            Say($"the loop draws {range} places of each array, not {samples}"))
            .AndYet(Say($"an error in one entry of a hundred is met with probability {found:F3} only"));
    }

    /// <summary>Adding the step, taking twice of it away and adding it again, over random parameters, bit by bit.</summary>
    [Claim("D2-058")]
    [Turn("given/eps", "0", Verdict.Confirmed)]
    internal static Finding Restores(Claim claim)
    {
        const int Parameters = 20_000;
        double eps = claim.GivenNumber("eps");
        (int same, double largest) = Kept.Of(eps, static e =>
        {
            Real64[] p = new Draws(258).Row(Parameters, 0.02);
            double[] after = [.. p.Select(x => x.Value + e - 2 * e + e)];
            return (p.Zip(after).Count(q => q.First.Value == q.Second), p.Zip(after).Max(q => Math.Abs(q.First.Value - q.Second)));
        });
        Working.Counted("normal parameters of deviation 0.02 (seed 258) that come back bit for bit", same, Parameters);
        Working.Value("largest difference", largest);
        return Judge.Conditional(
            same == Parameters,
            largest < 1e-15,
            "in exact arithmetic",
            Say($"{same} of {Parameters} restored"),
            Say($"{same} of {Parameters} parameters come back bit for bit, the others are off by up to {largest:G2}: each of the three operations rounds, and the check changes the model that it checks"));
    }

    /// <summary>The central difference.</summary>
    [Claim("D2-059")]
    [Turn("facts/numerical", "(plus - minus) / eps", Verdict.Erratum)]
    [Turn("facts/numerical", "0.5 / eps * (plus - minus)", Verdict.Confirmed)]
    internal static Finding CentralDifference(Claim claim)
    {
        double tenth = Error<Real64>(0.1), hundredth = Error<Real64>(0.01);
        Working.Value("error with a step of 0.1 over that with 0.01: a hundred, since it is of second order", tenth / hundredth);
        return Judge.Formula(claim, "numerical", x => CheckingTolerances.CentralDifference(x.In("plus", -2, 2), x.In("minus", -2, 2), x["eps"]));
    }

    /// <summary>The relative error with its floor.</summary>
    [Claim("D2-060")]
    [Turn("facts/rel_error", "abs(numerical - analytical) / (abs(numerical) + abs(analytical))", Verdict.Erratum)]
    [Turn("facts/rel_error", "abs(numerical - analytical) / (max(abs(numerical), abs(analytical)) + 1e-8)", Verdict.Erratum)]
    internal static Finding RelativeError(Claim claim)
    {
        Precise floor = Precise.Of(1) / Precise.Of(1e8);
        Working.Apply(CheckingTolerances.RelativeError, Precise.Of(2), Precise.Of(1), floor);
        Working.Apply(CheckingTolerances.RelativeError, Precise.Of(1), Precise.Of(-1), floor);
        return Judge.Formula(claim, "rel_error", x => CheckingTolerances.RelativeError(x.In("numerical", -2, 2), x.In("analytical", -2, 2), floor));
    }

    /// <summary>Which wrong gradients the threshold catches, and whether right ones of double precision pass.</summary>
    [Claim("D2-061")]
    [Turn("printed/threshold", "0.5", Verdict.Erratum)]
    [Turn("printed/threshold", "1e-13", Verdict.Erratum)]
    internal static Finding Threshold(Claim claim)
    {
        double threshold = claim.PrintedNumber("threshold").Value.ToDouble();
        var caught = new Tally("wrong gradients (twice, opposite sign, off by a thousandth) whose relative error is not below the threshold");
        foreach (double factor in (double[])[2, -1, 1.001])
            caught.Add(!(Relative(1, factor) < threshold));
        // A loss near 1 is known to its rounding, over twice the step.
        double noise = Working.Value("what rounding does to the difference of two losses near 1, over twice the step of 1e-5", Closeness.Roundoff(2) / 2e-5);
        var passed = new Tally("right gradients (1, 1e-3, 5e-7) with that error that pass");
        foreach (double gradient in (double[])[1, 1e-3, 5e-7])
            passed.Add(Relative(gradient + noise, gradient) < threshold);
        caught.Shown();
        passed.Shown();
        double least = Working.Value("least relative change of a gradient that is caught", 2 * threshold / (1 - threshold));
        return Judge.Holds(
            caught.Always && passed.Always,
            $"{caught} caught, {passed} passed",
            Say($"below {threshold} pass {passed} right gradients with the rounding {noise:G2}, and {caught} wrong ones don't"),
            Say($"at {threshold} {caught} wrong gradients are caught and {passed} right ones pass"))
            .AndYet(Say($"a gradient that is wrong by less than {least:G2} of itself passes, and so does any entry below {threshold * 1e-8:G2}"));

        static double Relative(double numeric, double analytic) => FixedStepGradientCheck.RelativeError(numeric, analytic);
    }

    private static bool Passes<T>(string mutant)
        where T : struct, IBinaryFormat<T> => Kept.Of((mutant, typeof(T).Name), static x => FixedStepGradientCheck.Passed(Entries<T>(x.mutant)));

    // The routine on a small GPT with every weight random, with the gradient as it is or made wrong.
    private static IReadOnlyList<FixedStepEntry> Entries<T>(string mutant)
        where T : struct, IBinaryFormat<T>
    {
        var draws = new Draws(255);
        Gpt<T> gpt = SmallGpt.Random<T>(Config, draws);
        (int[][] inputs, int[][] targets) = SmallGpt.Text(draws, Config.Vocabulary, 2, Config.Context);
        OrderedDictionary<string, T[]> gradients = gpt.LossAndGradients(inputs, targets).Gradients.Parameters;
        string matrix = gpt.Weights.First(w => w.Value.Length == 4 * 4).Key;
        return FixedStepGradientCheck.Run<T>(
            [.. gpt.Weights.Select(w => new CheckedTensor<T>(w.Key, w.Value, [.. gradients[w.Key].Select((g, i) => mutant switch
            {
                "twice the gradient" => g + g,
                "the opposite sign" => -g,
                "a matrix transposed" when w.Key == matrix => gradients[w.Key][i % 4 * 4 + i / 4],
                "one tensor left out" when w.Key == matrix => T.Of(0),
                _ => g,
            })]))],
            () => T.ToDouble(gpt.Loss(inputs, targets)));
    }

    // Mean relative error of the central difference of e^x and of sin x at ten places, the loss in a format.
    private static double Error<T>(double step)
        where T : struct, IBinaryFormat<T>
    {
        double sum = 0;
        for (int i = 1; i <= 10; i++)
        {
            double x = T.ToDouble(T.Of(0.1 * i));
            sum += Off(T.Exp, x, Math.Exp(x)) + Off(T.Sin, x, Math.Cos(x));
        }

        return sum / 20;

        double Off(Func<T, T> f, double x, double slope)
        {
            double above = T.ToDouble(f(T.Of(x) + T.Of(step))), below = T.ToDouble(f(T.Of(x) - T.Of(step)));
            return Math.Abs(CheckingTolerances.CentralDifference<Real64>(above, below, step).Value / slope - 1);
        }
    }
}
