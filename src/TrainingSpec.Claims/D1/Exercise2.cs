using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Exercise 2: Implementing Loss Logging": the skeleton of a training loop that keeps metrics.</summary>
internal static class Exercise2
{
    private const string Listing = "logging listing";

    /// <summary>The steps that the loop stores.</summary>
    [Claim("D1-192")]
    [Turn("D1/logging listing/modulus", "20", Verdict.Erratum)]
    [Turn("given/interval", "5", Verdict.Erratum)]
    internal static Finding StoredSteps(Claim claim, Document document)
    {
        int[] stored = Stored(document, 95);
        Tally gaps = new Tally("stored steps of a run of 95 that come the given interval after the one before").AddAll(stored.Zip(stored.Skip(1)).Select(p => p.Second - p.First == claim.GivenInteger("interval"))).Shown();
        Rational gap = Working.Value("steps between two records", stored[1] - stored[0]);
        return Judge.All(
            Judge.Number(claim, "interval", gap),
            Judge.Holds(gaps.Always, $"{gaps} gaps", $"step, loss and rate are stored {gaps} times at the interval after the first", $"{gaps} records come at the given interval"))
            .AndYet("the last step is stored only where one less than the number of steps is a multiple of the interval");
    }

    /// <summary>The skeleton's names against those that it declares.</summary>
    [Claim("D1-193")]
    [Turn("facts/undefined", "[\"step\"]", Verdict.Erratum)]
    [Turn("D1/logging listing/declared/2", "totalSteps", Verdict.Erratum)]
    internal static Finding DoesNotCompile(Claim claim, Document document)
    {
        Facts listing = document.Facts[Listing];
        string[] undefined = [.. listing["used"].Texts.Except(listing["declared"].Texts)], unused = [.. listing["parameters"].Texts.Except(listing["used"].Texts)];
        int holes = Working.Value("statements whose right side is a comment alone", listing["empty right sides"].Integer);
        Working.Tried($"names that are used and nowhere declared: {string.Join(", ", undefined)}; parameters that are not used: {string.Join(", ", unused)}");
        string[] stated = claim.Facts["undefined"].Texts;
        return Judge.Holds(
            undefined.SequenceEqual(stated) && undefined.Length > 0 && holes > 0,
            $"{And(undefined)}, {holes} placeholders",
            $"{And(undefined)} is used and nowhere declared, and {holes} statements have a comment for a right side: the skeleton can't be compiled as it stands; {And(unused)} are not used",
            $"used and nowhere declared: {And(undefined.DefaultIfEmpty("nothing"))}")
            .AndYet("it is a skeleton for the reader to fill in, but the number of steps is none of the parts that are marked as missing");
    }

    /// <summary>The first record of the loop with the printed warmup, against the first line of the example log.</summary>
    [Claim("D1-194")]
    [Turn("D1/logging listing/first step", "1", Verdict.Confirmed)]
    internal static Finding FirstRecord(Document document)
    {
        Facts listing = document.Facts[Listing];
        LoggedStep line = LoggedStep.All(document).First();
        (double rate, int warmup) = (document["D1-035"].GivenNumber("baseLR"), document["D1-035"].GivenInteger("warmupSteps"));
        int step = Working.Value("step of the loop's first pass", listing["first step"].Integer);
        double first = Working.Value("its learning rate by the printed warmup", rate * step / warmup), logged = Working.Value("first rate of the example log", line.Rate.Value.ToDouble());
        int loggedStep = Working.Value("first step of the example log", line.Step);
        return Judge.Agrees(
            step == loggedStep && first == logged,
            "the log from line 372 on",
            Say($"step {step}, rate {first}"),
            Say($"the loop's first record has step {step} and, by the printed warmup, the rate {first}; the example log begins with step {loggedStep} and the rate {logged}"));
    }

    /// <summary>The order of the loop's body, run on a model of one weight: which loss the first record holds.</summary>
    [Claim("D1-195")]
    [Turn("D1/logging listing/body", "[\"update\", \"loss\", \"record\"]", Verdict.Erratum)]
    [Turn("facts/stored before", "loss", Verdict.Erratum)]
    internal static Finding StoredBeforeTheUpdate(Claim claim, Document document)
    {
        string[] body = document.Facts[Listing]["body"].Texts;
        (double w, double loss, List<double> losses) = (1, double.NaN, []);
        for (int step = 0; step < 3; step++)
        {
            foreach (string stage in body)
            {
                if (stage == "loss")
                    loss = w * w / 2;
                if (stage == "record")
                    losses.Add(loss);
                if (stage == "update")
                    w *= 0.5;
            }
        }

        double first = Working.Value("first stored loss of w^2/2 from w = 1", losses[0]);
        return Judge.Stated(claim, "stored before", first == 0.5 ? "update" : "neither", Say($"{first}"), Say($"in the order {string.Join(", ", body)} the first stored loss is {first}, that of the weight before its first update"));
    }

    /// <summary>What the first element of a loss is, where it is a number and where it is one per position.</summary>
    [Claim("D1-196")]
    [Turn("facts/read as", "loss.At(1)", Verdict.Erratum)]
    internal static Finding OneElement(Claim claim)
    {
        string read = claim.Facts["read as"].Text;
        int index = int.Parse(read[(read.IndexOf('(', StringComparison.Ordinal) + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
        (double[] scalar, double[] each) = ([2.5], [4, 2, 3, 1]);
        bool fits = Working.Holds($"{read} is the loss of a tensor with one element", index < scalar.Length && scalar[index] == 2.5);
        double first = Working.Value("first of four losses by position", each[0]), mean = Working.Value("their mean", each.Average());
        return Judge.Holds(
            fits,
            Say($"{first} against {mean}"),
            Say($"{read} is the loss where the tensor has one element"),
            $"{read} is outside of a tensor with one element")
            .AndYet(Say($"where the loss comes as one number per position it would be that of the first alone: {first} where the mean is {mean}"));
    }

    /// <summary>The series that are to be plotted against those that the record holds.</summary>
    [Claim("D1-197")]
    [Turn("printed/file", "loss_curve.txt", Verdict.Erratum)]
    [Turn("D1/logging listing/fields/2", "Norms", Verdict.Erratum)]
    internal static Finding Plots(Claim claim, Document document)
    {
        string[] fields = document.Facts[Listing]["fields"].Texts, needed = claim.Facts["needs"].Texts;
        string file = claim.PrintedText("file");
        Tally held = new Tally("series of the two plots that the record holds").AddAll(needed.Select(fields.Contains)).Shown();
        bool image = Working.Holds($"{file} has the ending of an image file", file.EndsWith(".png", StringComparison.Ordinal) || file.EndsWith(".svg", StringComparison.Ordinal));
        return Judge.Holds(held.Always && image, $"{held} series", $"the record holds {And(needed)}, which the two plots need, and {file} is the name of an image", $"the record holds {held} of {And(needed)}; {file} is an image: {(image ? "yes" : "no")}")
            .AndYet("the function's body is comments alone: as it stands it compiles and draws nothing");
    }

    private static int[] Stored(Document document, int total)
    {
        int first = document.Facts[Listing]["first step"].Integer, modulus = document.Facts[Listing]["modulus"].Integer;
        return [.. Enumerable.Range(first, total).Where(step => step % modulus == 0)];
    }
}
