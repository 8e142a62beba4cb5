using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Code Implementation / Complete Training Step": the order of its calls and whether they can be made.</summary>
internal static class CodeTrainStep
{
    private static readonly int[][] Targets = [[2, 0, 1, 2]];

    /// <summary>The calls in order, and the loss that comes back, with an optimizer that takes this call and with the document's own.</summary>
    [Claim("D4-138")]
    [Turn("facts/returns the loss", "after the update", Verdict.Erratum)]
    [Turn("D4/train_step calls/4/0", "675", Verdict.Erratum)]
    [Turn("D4/calls/optimizer.step/positional", "2", Verdict.Confirmed, AndPlace = "D4/signatures/AdamW.step", AndValue = """[["gradients"], ["parameters"], ["learning_rate", "None"]]""")]
    internal static Finding OrderOfCalls(Claim claim, Document document)
    {
        string[] listed = [.. document.Facts["train_step calls"].Rows.OrderBy(c => c[0].Integer).Select(c => c[1].Text)];
        string[] figure = [.. document.Facts["step figure"].Rows.OrderBy(c => c[0].Integer).Select(c => c[1].Text)];
        LinearModel model = Model();
        double before = CrossEntropyListing.Loss(model.Forward(), Targets), returned = double.NaN;
        PythonError? own = PythonException.Of(() => Run(document, new TrainStepListing(document.Facts, Own(document)), Model(), 0.1));
        var step = new TrainStepListing(document.Facts, own is null ? Own(document) : Holding(document));
        PythonError? other = PythonException.Of(() => returned = Run(document, step, model, 0.1));
        double after = CrossEntropyListing.Loss(model.Forward(), Targets);
        bool order = step.Calls.SequenceEqual(listed) && listed.SequenceEqual(figure);
        bool loss = claim.Facts["returns the loss"].Text switch
        {
            "before the update" => returned == before && before != after,
            "after the update" => returned == after && before != after,
            _ => throw claim.Bad("facts/returns the loss"),
        };
        Working.Tried("the listing on a linear model with random weights (seed 540)");
        Working.Value("calls in order", step.Calls);
        Working.Value("losses before the step, returned, after the step", new[] { before, returned, after });
        Working.Holds("the calls have the order of the text and of the figure", order);
        Working.Value("the call of the document's own optimizer raises", own?.ToString() ?? "nothing");
        return Judge.Conditional(
            order && loss && own is null,
            order && loss && other is null,
            "with an optimizer that holds its own parameters (D4-140)",
            string.Join(", ", step.Calls),
            Say($"the calls are {string.Join(", ", step.Calls)}, those of the figure are {string.Join(", ", figure)}; the loss is {before:G5} before the update, {after:G5} after it, and {returned:G5} is returned"));
    }

    /// <summary>Two steps with rate 0 on one batch, for a backward pass as it is said to be and for the other kind.</summary>
    [Claim("D4-139")]
    [Turn("facts/backward", "adds to stored gradients", Verdict.Erratum)]
    internal static Finding NoZeroing(Claim claim, Document document)
    {
        string said = claim.Facts["backward"].Text;
        (bool? fresh, bool? adding) = (SameTwice(accumulate: false), SameTwice(accumulate: true));
        bool stated = said switch
        {
            "returns a fresh dictionary" => fresh == true,
            "adds to stored gradients" => adding == true,
            _ => throw claim.Bad("facts/backward"),
        };
        Working.Tried("two steps with rate 0 on one batch; the gradients of both");
        Working.Holds("the same where backward returns a fresh dictionary", fresh == true);
        Working.Holds("the same where backward adds to stored gradients", adding == true);
        return Judge.Conditional(
            fresh == true && adding == true,
            stated,
            $"when backward {said}, which the document doesn't show",
            Say($"same gradients twice: {fresh == true} with a fresh dictionary, {adding == true} with stored gradients"),
            "two steps with learning rate 0 on the same batch give the same gradients where backward starts anew, and others where it adds to stored ones");

        // Nothing where the call of the optimizer can't be made.
        bool? SameTwice(bool accumulate)
        {
            LinearModel model = Model(accumulate);
            List<Real64[]> seen = [];
            PythonError? error = null;
            for (int i = 0; i < 2; i++)
                error ??= PythonException.Of(() => new TrainStepListing(document.Facts, Holding(document)).Run(model, Targets, g => g, g => seen.Add(g["weight"])));
            return error is null ? seen[0].SequenceEqual(seen[1]) : null;
        }
    }

    /// <summary>The call of the optimizer bound to the signature of the document's class.</summary>
    [Claim("D4-140")]
    [Turn("D4/calls/optimizer.step/positional", "2", Verdict.Confirmed)]
    internal static Finding CallLacksParameters(Document document)
    {
        DocumentFacts facts = document.Facts;
        (PythonSignature own, PythonCall call) = (Own(document), PythonCall.Read(facts, "optimizer.step"));
        var step = new TrainStepListing(facts, own);
        string raised = "";
        bool runs = false;
        try
        {
            Run(document, step, Model(), 0.1);
            runs = true;
        }
        catch (PythonException e)
        {
            raised = e.Message;
        }

        Working.Value("positional arguments of the call", call.Positional);
        Working.Value("keywords of the call", call.Keywords);
        Working.Value("parameters that the class's step requires", own.Parameters.Where(p => p.Default is null).Select(p => p.Name));
        Working.Value("the call raises", runs ? "nothing" : raised);
        Working.Value("calls that have run", step.Calls);
        return Judge.Holds(
            runs,
            runs ? "runs" : raised,
            "the call binds to the signature of the class",
            Say($"line {facts["calls"]["optimizer.step"]["line"].Integer} passes {call.Positional} positional argument and {string.Join(", ", call.Keywords)}, the class's step requires {string.Join(" and ", own.Parameters.Where(p => p.Default is null).Select(p => p.Name))}: {raised}, after {string.Join(", ", step.Calls)} have run, so that no step ever updates anything"));
    }

    private static double Run(Document document, TrainStepListing step, LinearModel model, double rate)
    {
        var optimizer = new AdamWListing<Real64>(document);
        optimizer.Initialize(model.Parameters);
        return step.Run(model, Targets, gradients => gradients, gradients => optimizer.Step(gradients, model.Parameters, rate));
    }

    private static PythonSignature Own(Document document) => PythonSignature.Read(document.Facts, "AdamW.step");

    // What the call would need: an optimizer that got its parameters when it was made.
    private static PythonSignature Holding(Document document)
    {
        PythonSignature own = Own(document);
        return own with { Parameters = [.. own.Parameters.Where(p => p.Name != "parameters")] };
    }

    private static LinearModel Model(bool accumulate = false)
    {
        var draws = new Draws(540);
        var model = new LinearModel([.. Enumerable.Range(0, Targets[0].Length).Select(_ => draws.Row(3))], 3, accumulate);
        model.Weight.Receive(draws.Row(model.Weight.Values.Length));
        return model;
    }
}
