using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 5: Training Too Slow": what the cures change by a count of operations.</summary>
internal static class Problem5
{
    /// <summary>The values that the cures call the former ones, against each other; and the parameters of the model that they make.</summary>
    [Claim("D1-159")]
    [Turn("D1/former values/rows/3/2", "32", Verdict.Erratum)]
    [Turn("given/d", "32", Verdict.Erratum)]
    internal static Finding OneBaseConfiguration(Claim claim, Document document)
    {
        Facts[] rows = [.. document.Facts["former values"]["rows"].Rows];
        IGrouping<string, int>[] names = [.. rows.GroupBy(r => r[1].Text, r => r[2].Integer)];
        Tally one = new Tally("names with one former value wherever it stands").AddAll(names.Select(n => n.Distinct().Count() == 1)).Shown();
        Rational Former(string name) => names.First(n => n.Key == name).First();
        string[] keys = ["NumLayers", "EmbedDim", "seqLen", "batchSize"];
        Tally given = new Tally("former values that are those of the configuration").AddAll(keys.Zip((string[])["L", "d", "T", "B"], (k, g) => Former(k) == claim.GivenExact(g))).Shown();
        Working.Uses("gpt_parameters.count");
        long count = Working.Value("parameters of that model, with a head of its own", Shape(claim.GivenInteger("V"), claim.GivenInteger("T"), claim.GivenInteger("L"), claim.GivenInteger("d")).CountParameters());
        return Judge.All(
            Judge.Row(claim, "was", [.. keys.Select(Former)]),
            Judge.Holds(one.Always && given.Always, $"{one} names", $"{one} names have one former value each, and they make one model of {count} parameters", $"{one} names have one former value, {given} are those of the configuration"));
    }

    /// <summary>The time of an epoch by operations, against the stated sign of slowness.</summary>
    [Claim("D1-176")]
    [Turn("printed/minutes", "1+", Verdict.Erratum)]
    internal static Finding TenMinutes(Claim claim, Document document)
    {
        Claim model = document["D1-159"];
        int steps = Reconstruction.Of(document).Total / document["D1-134"].GivenInteger("epochs");
        long parameters = Shape(model.GivenInteger("V"), model.GivenInteger("T"), model.GivenInteger("L"), model.GivenInteger("d")).CountParameters();
        double operations = Working.Value("operations of an epoch: 6 per parameter and token", 6.0 * parameters * model.GivenInteger("B") * model.GivenInteger("T") * steps);
        double slow = Working.Value("minutes of an epoch at the lower of the rates that the project states for itself", operations / (document.Facts["project files"]["GFLOPS"].Numbers[0] * 1e9) / 60);
        PrintedRange minutes = claim.PrintedRange("minutes");
        double per = Working.Value("seconds per step of an epoch of that length", minutes.Low!.Value.ToDouble() * 60 / steps);
        return Judge.Holds(
            minutes.Low!.Value.ToDouble() > slow,
            Say($"{slow:F1} minutes"),
            Say($"an epoch of {steps} steps of the document's model takes {operations:G2} operations, {slow:F1} minutes at a billion per second: {minutes.Low!.Text} minutes, {per:F2} seconds per step, mean that something else is slow"),
            Say($"an epoch takes {slow:F1} minutes at a billion operations per second: {minutes.Low!.Text} minutes are no sign of slowness"));
    }

    /// <summary>Half the length of the sequences: operations per token, and per epoch.</summary>
    [Claim("D1-177")]
    [Turn("given/new", "128", Verdict.Erratum)]
    internal static Finding ShorterSequences(Claim claim, Document document)
    {
        Claim model = document["D1-159"];
        (int old, int now) = (claim.GivenInteger("old"), claim.GivenInteger("new"));
        double share = Working.Value("operations per token with the new length over the old", PerToken(model, now) / PerToken(model, old)), step = Working.Value("operations per step", share * now / old);
        return Judge.All(
            Judge.Row(claim, "seqLen", [now, old]),
            Judge.Holds(
                share < 1,
                Say($"{share:F2} per epoch, {step:F2} per step"),
                Say($"sequences of {now} in place of {old} cost {step:F2} of the operations per step and {share:F2} per token, and so per epoch, for the attention scores alone shrink"),
                Say($"sequences of {now} in place of {old} cost {share:F2} of the operations per token")))
            .AndYet(Say($"an epoch gets faster by {100 * (1 - share):F0} % only: the same tokens go through the same matrices, in more steps"));
    }

    /// <summary>Half the batch: what a step and an epoch cost.</summary>
    [Claim("D1-178")]
    [Turn("given/new", "8", Verdict.Erratum)]
    [Turn("facts/makes an epoch", "slower", Verdict.Confirmed)]
    internal static Finding SmallerBatch(Claim claim, Document document)
    {
        Claim model = document["D1-159"];
        (int old, int now) = (claim.GivenInteger("old"), claim.GivenInteger("new"));
        long parameters = Shape(model.GivenInteger("V"), model.GivenInteger("T"), model.GivenInteger("L"), model.GivenInteger("d")).CountParameters();
        // Forward and backward cost the same per token; Adam takes about ten operations per parameter and step.
        int steps = Reconstruction.Of(document).Total / document["D1-134"].GivenInteger("epochs");
        double Epoch(int batch) => 3 * PerToken(model, model.GivenInteger("T")) * steps * old * model.GivenInteger("T") + 10.0 * parameters * steps * old / batch;
        double epoch = Working.Value("operations of an epoch with the new batch over the old", Epoch(now) / Epoch(old)), step = Working.Value("operations of a step", epoch * now / old);
        return Judge.All(
            Judge.Row(claim, "batch", [now, old]),
            Judge.Stated(claim, "makes an epoch", epoch < 1 ? "faster" : "slower", Say($"{epoch:F3} per epoch, {step:F3} per step"), Say($"with batches of {now} in place of {old} a step costs {step:F3} of the operations, but an epoch, by which the problem is stated, has {(double)old / now:G2} times as many steps and costs {epoch:F3}: the passes are as many, the updates more")));
    }

    /// <summary>A smaller model: its parameters and operations against the former ones.</summary>
    [Claim("D1-179")]
    [Turn("given/embed", "[32, 64]", Verdict.Erratum)]
    internal static Finding SmallerModel(Claim claim, Document document)
    {
        Claim model = document["D1-159"];
        double[] layers = claim.GivenRow("layers"), widths = claim.GivenRow("embed");
        long[] counts = [.. layers.Zip(widths, (l, d) => Working.Value($"parameters with {l} layers of width {d}", Shape(model.GivenInteger("V"), model.GivenInteger("T"), (int)l, (int)d).CountParameters()))];
        double smaller = Working.Value("the former over the new count", (double)counts[0] / counts[1]), blocks = Working.Value("the same for the blocks' matrices, L d^2", layers[0] * widths[0] * widths[0] / (layers[1] * widths[1] * widths[1]));
        return Judge.All(
            Judge.Row(claim, "NumLayers", [(Rational)(int)layers[1], (Rational)(int)layers[0]]),
            Judge.Row(claim, "EmbedDim", [(Rational)(int)widths[1], (Rational)(int)widths[0]]),
            Judge.Holds(smaller > 1, Say($"{counts[0]} to {counts[1]}"), Say($"the parameters go from {counts[0]} to {counts[1]}, by a factor of {smaller:F1}, those of the blocks by {blocks:G2}, and the operations with them"), "the model does not get smaller"));
    }

    /// <summary>The limit on files against the comment beside it.</summary>
    [Claim("D1-180")]
    [Turn("D1/comments/files", "20", Verdict.Erratum)]
    internal static Finding FewFiles(Claim claim, Document document)
    {
        Rational said = document.Facts["comments"]["files"].Exact;
        return Judge.Number(claim, "maxFiles", said);
    }

    /// <summary>The file that is pointed to, as it was looked up.</summary>
    [Claim("D1-181")]
    [Turn("facts/file", "optimizer.go", Verdict.Erratum)]
    internal static Finding PerformanceNotes(Claim claim, Document document)
    {
        string file = claim.Facts["file"].Text;
        string[] with = document.Facts["project files"]["with performance notes"].Texts;
        bool there = Working.Holds($"{file} of the project that was looked up has notes on performance", with.Contains(file));
        return Judge.Holds(there, file, $"{file} of the project begins with notes on the performance of its operations", $"the project has notes on performance in {And(with)}, not in {file}");
    }

    /// <summary>The model's shape as the document's counts have it.</summary>
    internal static GptShape Shape(int vocabulary, int context, int layers, int width) => new() { Vocabulary = vocabulary, Context = context, Layers = layers, Width = width, Tied = false };

    // Operations of a forward pass per token: two per weight of the blocks and the head, and the scores and sums of attention.
    private static double PerToken(Claim model, int length)
    {
        (double layers, double width, double vocabulary) = (model.GivenNumber("L"), model.GivenNumber("d"), model.GivenNumber("V"));
        return 2 * (12 * layers * width * width + vocabulary * width) + 4 * layers * length * width;
    }
}
