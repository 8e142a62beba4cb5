using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "A Complete Training Function": train_model.</summary>
internal static class TrainingFunction
{
    /// <summary>The section's practices against those that the function has.</summary>
    [Claim("D0-159")]
    [Turn("facts/contains", "some best practices", Verdict.Confirmed)]
    internal static Finding AllBestPractices(Claim claim, Document document)
    {
        string[] calls = [.. document.Facts["train_model calls"].Rows.Select(r => r[1].Text)], all = document.Facts["practices of the section"].Texts;
        bool clips = Differs(document, 1e-9);
        // Names that the loop of the training function calls or reads, from its first line on.
        int loop = document.Facts["epochs of the training function"]["line"].Integer;
        string[] called = [.. document.Facts["called names"].Rows.Where(r => r[0].Integer >= loop).Select(r => r[1].Text)];
        ILookup<int, string> reads = document.Facts["config reads"].Rows.ToLookup(r => r[0].Integer, r => r[1].Text);
        string[] has =
        [
            .. calls.Contains("apply_weight_decay") ? ["weight decay"] : Array.Empty<string>(),
            .. clips ? ["clipping that has an effect"] : Array.Empty<string>(),
            .. reads.Any(line => line.Contains("learning_rate") && line.Contains("epochs")) ? ["schedule"] : Array.Empty<string>(),
            .. called.Contains("create_batches") ? ["mini-batches"] : Array.Empty<string>(),
            .. called.Contains("evaluate") ? ["validation"] : Array.Empty<string>(),
            .. reads.Any(line => line.Contains("patience")) ? ["early stopping"] : Array.Empty<string>(),
            .. called.Contains("compute_gradient_norm") ? ["logged gradient norms"] : Array.Empty<string>(),
            .. calls.Contains("dropout") ? ["dropout"] : Array.Empty<string>(),
        ];
        string[] lacks = [.. all.Except(has)];
        Working.Tried($"the section recommends {And(all)}");
        Working.Tried($"the function lacks {And(lacks)}");
        Working.Value("practices that it lacks", lacks.Length);
        return Judge.Holds((claim.Facts["contains"].Text == "all best practices") == (lacks.Length == 0), Say($"{lacks.Length} of {Working.Value("of", all.Length)} missing"), $"it lacks {And(lacks)}", $"of what the section itself recommends the function lacks {And(lacks)}");
    }

    /// <summary>The documented keys against those that the function reads.</summary>
    [Claim("D0-160")]
    [Turn("D0/config reads", "[[529, \"epochs\"], [535, \"batch_size\"]]", Verdict.Erratum)]
    [Turn("facts/keys", "[\"epochs\", \"batch_size\", \"learning_rate\", \"weight_decay\", \"max_grad_norm\", \"patience\", \"seed\"]", Verdict.Erratum)]
    internal static Finding SixKeys(Claim claim, Document document)
    {
        string[] reads = [.. document.Facts["config reads"].Rows.Select(r => r[1].Text).Distinct().Order(StringComparer.Ordinal)], stated = [.. claim.Facts["keys"].Texts.Order(StringComparer.Ordinal)];
        Working.Value("keys that the function reads", reads.Length);
        return Judge.Holds(reads.SequenceEqual(stated), Say($"{reads.Length} keys"), $"the function reads {And(reads)}, which are the documented keys", $"the function reads {And(reads)}, documented are {And(stated)}");
    }

    /// <summary>The places where the parameters are fetched, and what a model does that hands out copies.</summary>
    [Claim("D0-161")]
    [Turn("facts/fetched", "once", Verdict.Erratum)]
    [Turn("D0/parameters fetched", "[[525, \"once before the loop\"]]", Verdict.Erratum)]
    [Turn("facts/fetched", "once before the loop", Verdict.Confirmed, AndPlace = "D0/parameters fetched", AndValue = "[[525, \"once before the loop\"]]")]
    internal static Finding ParametersFetchedTwice(Claim claim, Document document)
    {
        string[] places = [.. document.Facts["parameters fetched"].Rows.Select(r => r[1].Text)];
        CharModel model = CharModel.Start("He", 161), copy = model.Copy();
        new TrainerListing(["decay"]).Batch(copy, [], 0.1, decay: 0.5);
        double moved = Working.Value("largest change of the model when the decay works on a copy of its parameters", model.Theta.Zip(CharModel.Start("He", 161).Theta, (a, b) => Math.Abs(a - b)).Max());
        Working.Value("places where the parameters are fetched", places.Length);
        string[] stated = claim.Facts["fetched"].Text.Split(" and ");
        return Judge.Holds(
            places.Order(StringComparer.Ordinal).SequenceEqual(stated.Order(StringComparer.Ordinal)), Say($"{places.Length} places"),
            $"the parameters are fetched {And(places)}",
            $"the document's claim is {And(stated)}, and the parameters are fetched {And(places)}")
            .AndYet(Say($"a model that hands out copies of its parameters is never decayed: it moves by {moved}"));
    }

    /// <summary>The rates of ten epochs, and the rate inside an epoch.</summary>
    [Claim("D0-162")]
    [Turn("facts/rate in an epoch", "falls", Verdict.Erratum)]
    [Turn("facts/formula", "lr0 * (1 - epoch / (epochs - 1))", Verdict.Erratum)]
    internal static Finding RatePerEpoch(Claim claim)
    {
        var trainer = new TrainerListing(["forward"]);
        List<EpochLog> log = trainer.Train(CharModel.Start("He", 1), CharText.Windows(1, 8), [], new TrainerConfig(10, 4, 0.1), 1);
        double[][] batches = [.. trainer.Rates.Chunk(trainer.Rates.Count / log.Count)];
        Tally one = new("epochs of ten whose two batches have one rate"), fall = new("epochs whose last batch has a smaller rate than their first");
        one.AddAll(batches.Select(b => b.Distinct().Count() == 1)).Shown();
        fall.AddAll(batches.Select(b => b[^1] < b[0])).Shown();
        Working.Value("rates of ten epochs from 0.1", log.Select(l => Math.Round(l.Rate, 6)));
        double last = log[^1].Rate;
        return Judge.All(
            Judge.Formula(claim, "formula", x => Schedules.LinearDecay(x["lr0"], x.Whole("epochs", 50, 100), x.Whole("epoch", 0, 50))),
            Judge.Stated(claim, "rate in an epoch", one.Always ? "is constant" : fall.Always ? "falls" : "neither", Say($"{Working.Value("last rate", last):G3}"), Say($"{one} {one.What}, the first {log[0].Rate} and the last of ten {last:G3}")))
            .AndYet(Say($"the last of the {log.Count} epochs still trains at {last:G3}"));
    }

    /// <summary>No epochs, and no training data.</summary>
    [Claim("D0-163")]
    [Turn("facts/no epochs", "raise", Verdict.Erratum)]
    [Turn("facts/no training data", "nothing", Verdict.Erratum)]
    internal static Finding EdgeCases(Claim claim, Document document)
    {
        TrainerListing trainer = TrainerListing.Written(document.Facts);
        CharModel model = CharModel.Start("He", 163);
        double[] before = [.. model.Theta];
        int epochs = trainer.Train(model, CharText.Windows(1, 8), [], new TrainerConfig(0, 4, 0.1), 1).Count;
        string raised = PythonRaises.Of(() => trainer.Train(model, [], [], new TrainerConfig(1, 4, 0.1), 1));
        Working.Value("epochs run of 0", epochs);
        Working.Tried($"without training data the function raises {raised}");
        return Judge.All(
            Judge.Stated(claim, "no epochs", model.Theta.SequenceEqual(before) ? "leave the model as it is" : "raise", Say($"{epochs} epochs"), Say($"with {epochs} epochs the model is as it was")),
            Judge.Stated(claim, "no training data", raised, raised, $"the mean over no batches raises {raised}"));
    }

    /// <summary>The flag that the loop sets, and who reads it.</summary>
    [Claim("D0-164")]
    [Turn("D0/train_mode reads", "[[451, \"dropout\"]]", Verdict.Erratum)]
    [Turn("facts/sets it", "[\"off\", \"on\"]", Verdict.Erratum)]
    internal static Finding NobodyReadsTheMode(Claim claim, Document document)
    {
        string[] sets = [.. document.Facts["train_mode sets"].Rows.Select(r => r[1].Text)], stated = claim.Facts["sets it"].Texts;
        int reads = Working.Value("places of the section that read the flag", document.Facts["train_mode reads"].Rows.Count);
        return Judge.Holds(reads == 0 && sets.SequenceEqual(stated), Say($"{reads} reads"), Say($"the loop switches the flag {sets[0]} before and {sets[1]} after the batches, and {reads} places read it"), Say($"the loop switches the flag {And(sets)}, and {reads} places read it"))
            .AndYet("dropout is never called by the loop, so that the mode changes nothing");
    }

    /// <summary>Eight losses of 1 and two of 3 in batches of four.</summary>
    [Claim("D0-166")]
    [Turn("facts/mean of", "examples", Verdict.Erratum)]
    [Turn("facts/penalty", "included", Verdict.Erratum)]
    internal static Finding MeanOfBatchMeans(Claim claim, Document document)
    {
        double[] losses = [1, 1, 1, 1, 1, 1, 1, 1, 3, 3];
        double batches = Working.Value("mean of the batch means, for losses of eight times 1 and two times 3 in batches of four", losses.Chunk(4).Average(b => b.Average())), examples = Working.Value("mean of the examples", losses.Average());
        CharModel with = CharModel.Start("He", 166), without = with.Copy();
        TrainerListing trainer = TrainerListing.Written(document.Facts);
        double decayed = trainer.Train(with, CharText.Windows(1, 4), [], new TrainerConfig(1, 4, 0.1, WeightDecay: 0.5), 1)[0].Train, plain = trainer.Train(without, CharText.Windows(1, 4), [], new TrainerConfig(1, 4, 0.1), 1)[0].Train;
        // Ten examples in batches of four, with a rate of 0 so that the losses stay.
        CharModel still = CharModel.Start("He", 167);
        Example[] ten = CharText.Windows(1, 10);
        double logged = trainer.Train(still, ten, [], new TrainerConfig(1, 4, 0), 1)[0].Train;
        bool means = Near(logged, ten.Chunk(4).Average(still.Mean), 64);
        Working.Holds("with a rate of 0 the logged loss of ten examples in batches of four is the mean of the batch means", means);
        return Judge.All(
            Judge.Stated(claim, "mean of", means && batches > examples ? "batch means" : "examples", Say($"{batches:F4} instead of {examples:F4}"), Say($"eight losses of 1 and two of 3 in batches of four are logged as {batches:F4}, where the mean of the examples is {examples:F4}")),
            Judge.Stated(claim, "penalty", Near(decayed, plain, 4) ? "left out" : "included", Say($"{Working.Value("logged with decay", decayed):F4}"), Say($"with and without decay the first batch is logged as {decayed:F4}")));
    }

    /// <summary>The logged training loss of a first epoch against the training loss at its end.</summary>
    [Claim("D0-167")]
    [Turn("facts/logged training loss", "at the end of the epoch", Verdict.Erratum)]
    internal static Finding AveragedWhileChanging(Claim claim)
    {
        Tally higher = new("runs at 0.1 whose logged training loss of the first epoch is above the training loss at its end by 0.1 or more"), end = new("runs whose logged validation loss is that at the end of the epoch");
        Tally better = new("runs whose logged validation loss is below the logged training loss, and not below the training loss at the end");
        double apart = 0;
        foreach (int seed in Enumerable.Range(0, 10))
        {
            CharOutcome run = new CharRun { Seed = seed, Rate = 0.1, Epochs = 1 }.Run();
            apart = Math.Max(apart, run.Log[0].Train - run.Train);
            higher.Add(run.Log[0].Train > run.Train + 0.1);
            end.Add(Near(run.Log[0].Validation, run.HeldOut, 16));
            better.Add(run.Log[0].Validation < run.Log[0].Train && run.HeldOut >= run.Train);
        }

        Working.Value("the most that it is above", apart);
        return Judge.Stated(claim, "logged training loss", higher.Shown().Always && end.Shown().Always ? "while the parameters change" : "at the end of the epoch", Say($"{higher}, {end}"), Say($"{higher} {higher.What}, up to {apart:F3}; {end} {end.What}"))
            .AndYet(Say($"in {better.Shown()} runs the logged validation loss is below the logged training loss, and at the end of the epoch it is not below the training loss"));
    }

    /// <summary>Two thresholds of clipping, in the written order and with clipping before the update.</summary>
    [Claim("D0-168")]
    [Turn("D0/train_model calls", "[[540, \"forward\"], [540, \"zero\"], [540, \"backward\"], [543, \"clip_gradients\"], [540, \"update\"], [546, \"apply_weight_decay\"]]", Verdict.Confirmed)]
    internal static Finding ClipsAfterTheUpdate(Document document)
    {
        string[] calls = [.. document.Facts["train_model calls"].Rows.Select(r => r[1].Text)];
        bool written = Working.Holds("clipping at 1e-9 changes the training in the written order", Differs(document, 1e-9)), before = Working.Holds("it does where it comes before the update", Differs(TrainerListing.ClippingFirst(), 1e-9));
        Working.Value("parameters of the model that is trained", CharModel.Start("He", 0).Theta.Length);
        return Judge.Holds(
            written && before,
            Say($"{(written ? "the threshold has an effect" : "the threshold has no effect")}"),
            Say($"in the order {And(calls)} a threshold of 1e-9 changes the parameters"),
            Say($"in the order {And(calls)} a threshold of 1e-9 leaves all parameters and losses as they are without clipping, bit for bit, since the update has been made by then; the text clips to prevent exploding gradients, and before the update the threshold does change the training"));
    }

    /// <summary>One step of the written order on one parameter against the section's formula.</summary>
    [Claim("D0-169")]
    [Turn("D0/train_model calls", "[[546, \"apply_weight_decay\"], [540, \"train_batch\"]]", Verdict.Confirmed)]
    [Turn("D0-133/facts/right", "(1 - eta * lambda) * (theta - eta * g)", Verdict.Confirmed)]
    internal static Finding DecaysAfterTheUpdate(Document document)
    {
        string[] calls = [.. document.Facts["train_model calls"].Rows.Select(r => r[1].Text).Where(c => c is "train_batch" or "apply_weight_decay")];
        (Rational theta, Rational g, Rational eta, Rational lambda) = (2, 3, Rational.Parse("0.5"), Rational.Parse("0.25"));
        Rational at = theta;
        foreach (string call in calls)
            at = call == "train_batch" ? at - eta * g : at - eta * lambda * at;
        Rational made = Working.Value("theta after a step of the listing, from 2 with gradient 3, rate 0.5, decay 0.25", at);
        Rational formula = Working.Value("by the formula of the section", Exact.Value(document["D0-133"].Facts["right"].Formula.Evaluate<Precise>(name => [Exact.Of(name switch { "theta" => theta, "g" => g, "eta" => eta, _ => lambda })])));
        Working.Apply(L2Penalty.DecayedStep, Exact.Of(theta), Exact.Of(g), Exact.Of(eta), Exact.Of(lambda));
        Working.Value("eta^2 lambda g", eta * eta * lambda * g);
        return Judge.Holds(
            made == formula,
            Say($"{made} instead of {formula}"),
            Say($"in the order {And(calls)} one step from 2 with gradient 3 ends at {made}, as the formula has it"),
            Say($"in the order {And(calls)} one step from 2 with gradient 3, rate 0.5 and decay 0.25 ends at {made}, by the formula of line 432 at {formula}: the updated parameter is decayed and not the old one, and the step is off by eta^2 lambda g = {eta * eta * lambda * g}"));
    }

    /// <summary>The exponential of a loss at the end of the range of doubles.</summary>
    [Claim("D0-170")]
    [Turn("facts/above the limit", "nothing", Verdict.Erratum)]
    [Turn("D0/training log/perplexity decimals", "3", Verdict.Erratum)]
    internal static Finding PerplexityOverflows(Claim claim, Document document)
    {
        int decimals = document.Facts["training log"]["perplexity decimals"].Integer;
        double limit = Working.Value("logarithm of the largest double", Real64.Log(double.MaxValue).Value);
        string above = PythonRaises.Of(() => Python.Exp(709.79)), below = PythonRaises.Of(() => Python.Exp(709.78)), nan = PythonRaises.Of(() => Python.Exp(double.NaN));
        Working.Tried($"a loss of 709.78 raises {below}, of 709.79 {above}, of NaN {nan}");
        return Judge.All(
            Judge.Stated(claim, "above the limit", below == "nothing" && nan == "nothing" ? above : "another limit", Say($"{limit:F2}"), Say($"above {limit:F2} the exponential raises {above}")),
            Judge.Holds(decimals == 2, Say($"{Working.Value("decimals", decimals)}"), Say($"perplexities have {decimals} decimals"), Say($"perplexities have {decimals} decimals")))
            .AndYet("training that could have recovered is ended by its own log line");
    }

    /// <summary>The line that an epoch prints.</summary>
    [Claim("D0-171")]
    [Turn("D0/training log/loss decimals", "3", Verdict.Erratum)]
    [Turn("facts/decimals of a loss", "two", Verdict.Erratum)]
    internal static Finding LogLine(Claim claim, Document document)
    {
        Facts log = document.Facts["training log"];
        string line = TrainerListing.Line(new EpochLog(log["first epoch"].Integer, 0.1, 2.34567, 2.5), log["loss decimals"].Integer, log["perplexity decimals"].Integer);
        Working.Tried($"losses 2.34567 and 2.5 in the first epoch print '{line}'");
        Working.Uses("perplexity");
        string[] words = ["none", "one", "two", "three", "four"];
        bool right = line.StartsWith("Epoch 1:", StringComparison.Ordinal) && claim.Facts["decimals of a loss"].Text == words[log["loss decimals"].Integer] && claim.Facts["decimals of a perplexity"].Text == words[log["perplexity decimals"].Integer];
        return Judge.Holds(right, line, $"losses 2.34567 and 2.5 in the first epoch print '{line}'", $"losses 2.34567 and 2.5 in the first epoch print '{line}', which is not what is said");
    }

    /// <summary>The stop of the training function against that of the function of the section on early stopping.</summary>
    [Claim("D0-172")]
    [Turn("facts/on an improvement the counter", "goes on", Verdict.Erratum)]
    [Turn("facts/for a patience of one or more", "other epochs", Verdict.Erratum)]
    internal static Finding StopsInsideTheLoop(Claim claim)
    {
        Tally same = new("random sequences of losses on which both loops stop at one epoch, for patience 1 to 7"), zero = new("on which they do for patience 0"), reset = new("sequences with an improvement in time on which it does not stop");
        var draws = new Draws(172);
        for (int i = 0; i < 200; i++)
        {
            double[] losses = [.. Enumerable.Range(0, 40).Select(_ => draws.Uniform(1, 2))];
            int patience = 1 + i % 7;
            same.Add(StoppingListing.D0Loop.StopAt(losses, patience) == StoppingListing.D0Function.StopAt(losses, patience));
            zero.Add(StoppingListing.D0Loop.StopAt(losses, 0) == StoppingListing.D0Function.StopAt(losses, 0));
            reset.Add(StoppingListing.D0Loop.StopAt([3, 4, 2.5, 4, 2, 4, 1], 2) is null);
        }

        return Judge.All(
            Judge.Stated(claim, "on an improvement the counter", reset.Shown().Always ? "starts anew" : "goes on", Say($"{reset}"), Say($"{reset} {reset.What}")),
            Judge.Stated(claim, "for a patience of one or more", same.Shown().Always ? "the same epoch as the function" : "other epochs", Say($"{same}"), Say($"{same} {same.What}, {zero.Shown()} {zero.What}")));
    }

    private static bool Differs(Document document, double threshold) => Differs(TrainerListing.Written(document.Facts), threshold);

    private static bool Differs(TrainerListing trainer, double threshold)
    {
        double[] Ends(double maxNorm)
        {
            CharModel model = CharModel.Start("He", 168);
            List<EpochLog> log = trainer.Train(model, CharText.Windows(1, 64), CharText.Windows(2, 32), new TrainerConfig(3, 16, 0.1, 0.01, maxNorm), 168);
            return [.. model.Theta, .. log.Select(l => l.Train), .. log.Select(l => l.Validation)];
        }

        return !Ends(threshold).SequenceEqual(Ends(double.PositiveInfinity));
    }
}
