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
    internal static Finding OrderOfCalls(Claim claim, Document document)
    {
        string[] listed = [.. document.Facts["train_step calls"].Rows.OrderBy(c => c[0].Integer).Select(c => c[1].Text)];
        string[] figure = [.. document.Facts["step figure"].Rows.OrderBy(c => c[0].Integer).Select(c => c[1].Text)];
        LinearModel model = Model();
        double before = CrossEntropyListing.Loss(model.Forward(), Targets);
        var step = new TrainStepListing(document.Facts, Holding(document));
        double returned = Run(document, step, model, 0.1);
        double after = CrossEntropyListing.Loss(model.Forward(), Targets);
        bool order = step.Calls.SequenceEqual(listed) && listed.SequenceEqual(figure);
        bool own = PythonException.Of(() => Run(document, new TrainStepListing(document.Facts, Own(document)), Model(), 0.1)) is null;
        Working.Tried("the listing on a linear model with random weights (seed 540)");
        Working.Value("calls in order", step.Calls);
        Working.Value("loss before the step", before);
        Working.Value("loss returned", returned);
        Working.Value("loss after the step", after);
        Working.Holds("the calls have the order of the text and of the figure", order);
        Working.Holds("the call of the document's own optimizer can be made", own);
        return Judge.Conditional(
            order && returned == before && before != after && own,
            order && returned == before && before != after,
            "with an optimizer that holds its own parameters (D4-140)",
            string.Join(", ", step.Calls),
            Say($"the calls are {string.Join(", ", step.Calls)}, as in the figure, and the loss returned ({returned:G5}) is the one from before the update ({after:G5} after it)"));
    }

    /// <summary>Two steps with rate 0 on one batch, for a backward pass that starts anew and for one that adds up.</summary>
    [Claim("D4-139")]
    internal static Finding NoZeroing(Claim claim, Document document)
    {
        bool fresh = SameTwice(accumulate: false), adding = SameTwice(accumulate: true);
        Working.Tried("two steps with rate 0 on one batch; the gradients of both");
        Working.Holds("the same where backward starts anew", fresh);
        Working.Holds("the same where backward adds to stored gradients", adding);
        return Judge.Conditional(
            fresh && adding,
            fresh,
            "when the model's backward returns a fresh dictionary, which the document doesn't show",
            Say($"fresh: same gradients {fresh}; adding up: {adding}"),
            Say($"two steps with learning rate 0 on the same batch give the same gradients where backward starts anew ({fresh}), and not where it adds to stored ones ({adding})"));

        bool SameTwice(bool accumulate)
        {
            LinearModel model = Model(accumulate);
            List<Real64[]> seen = [];
            for (int i = 0; i < 2; i++)
                new TrainStepListing(document.Facts, Holding(document)).Run(model, Targets, g => g, g => seen.Add(g["weight"]));
            return seen[0].SequenceEqual(seen[1]);
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
