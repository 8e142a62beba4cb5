using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Gradient Clipping in Practice": cost, insurance, settings.</summary>
internal static class ClippingInPractice
{
    /// <summary>What clipping costs beside a forward and backward pass, and what it insures.</summary>
    [Claim("D2-062")]
    [Turn("D2/batch sizes/rows/0/1", "1-256", Verdict.Erratum)]
    [Turn("facts/operations per parameter", "30", Verdict.Erratum)]
    internal static Finding CheapInsurance(Claim claim, Document document)
    {
        double clip = claim.Facts["operations per parameter"].Number, pass = claim.Facts["operations per parameter and example"].Number;
        int least = (int)BatchSize.Rows(document)[0].Range.Low!.Value.ToDouble();
        double cost = Working.Value(Say($"clipping's operations in percent of those of a forward and backward pass over {least} examples"), 100 * clip / (pass * least));
        var bounded = new Tally("random gradients whose norm is at most 1 afterwards, and which stay as they are where it was before");
        for (int seed = 0; seed < 50; seed++)
        {
            Real64[] g = new Draws(2620 + seed).Row(10, Math.Pow(10, seed % 5 - 2));
            double norm = Norms.L2<Real64>(g).Value, scale = Clipping.Scale<Real64>(norm, 1).Value, after = Norms.L2<Real64>([.. g.Select(x => Clipping.Scaled<Real64>(x, scale))]).Value;
            bounded.Add(after <= 1 + Closeness.Roundoff(30) && (norm > 1 || scale == 1));
        }

        Working.Uses("clipping.scale");
        bounded.Shown();
        return Judge.Holds(
            bounded.Always && cost < 5,
            Say($"{cost:G3} % of a pass"),
            Say($"the norm and the scaling take {clip} operations per parameter, a pass {pass} per parameter and example: {cost:G3} % with the smallest batch of the table, {least}; {bounded} random gradients are bounded and left alone below the threshold"),
            Say($"with a batch of {least} clipping costs {cost:G3} % of a pass; bounded are {bounded} gradients"))
            .AndYet("a NaN passes the comparison and is not clipped");
    }

    /// <summary>Both lines run in order: one name, and the value that remains.</summary>
    [Claim("D2-063")]
    [Turn("facts/assigned/1/0", "max_grad_norm_small", Verdict.Erratum)]
    internal static Finding AssignedTwice(Claim claim)
    {
        (string Name, string Value)[] lines = [.. claim.Facts["assigned"].Rows.Select(r => (r[0].Text, r[1].Text))];
        int names = Working.Value("names that the lines assign", lines.Select(l => l.Name).Distinct().Count());
        Working.Value($"{lines[0].Name} after the block", lines.Last(l => l.Name == lines[0].Name).Value);
        return Judge.Holds(
            names == 1 && lines.Length == 2,
            Say($"{lines.Length} lines, {names} name"),
            $"{lines.Length} lines assign {lines[0].Name}: {And(lines.Select(l => l.Value))}",
            Say($"{lines.Length} lines assign {names} names"))
            .AndYet($"run as it stands the block leaves {lines[^1].Value}, the value for smaller models, also for a language model");
    }

    /// <summary>The threshold for language models beside D1's and D4's.</summary>
    [Claim("D2-064")]
    [Turn("printed/max_grad_norm", "5.0", Verdict.Conflicts)]
    [Turn("D1-142/printed/maxNorm", "0.5", Verdict.Conflicts)]
    internal static Finding ThresholdForLanguageModels(Claim claim, Document document) => Places.Compare(
        claim, "max_grad_norm", ("D1-142", document["D1-142"].PrintedNumber("maxNorm").Value), ("D4-087", document["D4-087"].PrintedNumber("max_norm").Value));

    /// <summary>The threshold for smaller models beside that of D1, whose model is a small one.</summary>
    [Claim("D2-065")]
    [Turn("printed/max_grad_norm", "1.0", Verdict.Confirmed)]
    internal static Finding ThresholdForSmallModels(Claim claim, Document document)
    {
        PrintedRange range = document["D0-179"].PrintedRange("max_norm");
        return Places.Compare(claim, "max_grad_norm", ("D1-142", document["D1-142"].PrintedNumber("maxNorm").Value))
            .With(Say($"D0-179 has the range {range}, {(range.Contains(claim.PrintedNumber("max_grad_norm").Value) ? "in which it lies" : "outside of which it lies")}; D1's model is a small one"));
    }
}
