using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Ways of making a wrong optimizer that moves each element by itself.</summary>
internal static class WrongElementwise
{
    /// <summary>One element's wrong step.</summary>
    /// <param name="theta">The parameter before this step.</param>
    /// <param name="g">The gradient, decay included.</param>
    /// <param name="kept">The element's own numbers, 0 before the first step, to be overwritten.</param>
    /// <param name="t">The step, from 1 on.</param>
    /// <param name="args">The arguments.</param>
    internal delegate double Element(double theta, double g, double[] kept, int t, JsonObject args);

    /// <summary>A wrong implementation whose elements move in a way of their own; requests with one of some options are answered right.</summary>
    public static WrongImplementation ElementMistake(string name, string breaks, string story, string op, int slots, Element element, params string[] rightWith) =>
        Mistake(name, breaks, story, op, (right, args) => rightWith.Any(args.ContainsKey) ? right.Answer(op, args) : Step(args, slots, element));

    /// <summary>The same request at another rate, made from the rate and the step, counted from 1.</summary>
    public static JsonObject AtRate(IImplementation right, string op, JsonObject args, Func<double, int, double> rate) =>
        right.Answer(op, args.With("lr", rate(args.Number("lr"), 1 + (int)((args["state"] as JsonObject)?.Number("step") ?? 0))));

    private static JsonObject Step(JsonObject args, int slots, Element element)
    {
        double[][] theta = args.Rows("params"), gradients = args.Rows("grads");
        var state = args["state"] as JsonObject;
        int t = 1 + (int)(state?.Number("t") ?? 0);
        double[][][] kept = [.. Enumerable.Range(0, slots).Select(k => state?.Rows($"kept{k}") ?? [.. theta.Select(x => new double[x.Length])])];
        double decay = args.Number(Hyperparameters.WeightDecay);
        for (int i = 0; i < theta.Length; i++)
        {
            for (int j = 0; j < theta[i].Length; j++)
            {
                double[] own = [.. kept.Select(slot => slot[i][j])];
                theta[i][j] = element(theta[i][j], gradients[i][j] + decay * theta[i][j], own, t, args);
                for (int k = 0; k < slots; k++)
                    kept[k][i][j] = own[k];
            }
        }

        var after = new JsonObject { ["t"] = t };
        for (int k = 0; k < slots; k++)
            after[$"kept{k}"] = Rows(kept[k]);
        return new() { ["params"] = Rows(theta), ["state"] = after };
    }
}
