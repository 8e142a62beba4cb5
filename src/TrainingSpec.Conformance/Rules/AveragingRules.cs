using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/averaging.md.</summary>
internal static class AveragingRules
{
    private const string Op = "average.weights";

    [Rule("AVERAGING-1")]
    internal static void EachStepKeepsAShareOfTheAverage(Questions ask)
    {
        Answered[] path = ask.Averages([8, 16, 0], Args(("decay", 0.75)));
        ask.Near("3/4·8 + 1/4·16", path[1], 10);
        ask.Near("3/4·10", path[2], 7.5);
    }

    [Rule("AVERAGING-2")]
    internal static void FirstAverageIsTheWeights(Questions ask) => Expect.Same("first average", ask.Averages([0.1], Args(("decay", 0.75)))[0], 0.1);

    [Rule("AVERAGING-3")]
    internal static void CorrectionDividesByWhatWeightsMakeUp(Questions ask)
    {
        JsonObject args = Args(("decay", 0.75));
        (args["start"], args["bias_correction"]) = ("zeros", true);
        Answered[] path = ask.Averages([8, 8, 16], args);
        ask.Near("8 alone", path[0], 8);
        ask.Near("8 twice", path[1], 8);
        ask.Near("(9/64·8 + 12/64·8 + 16/64·16)/(37/64)", path[2], 424.0 / 37);
        args["start"] = "params";
        args["params"] = Rows([1]);
        Expect.Refused(ask, Op, args, "bias_correction");
    }

    [Rule("AVERAGING-4")]
    internal static void EqualSharesMakeTheMean(Questions ask)
    {
        JsonObject args = [];
        args["kind"] = "equal";
        Answered[] path = ask.Averages([3, 6, 0, 27], args);
        foreach ((int i, double mean) in new[] { 3, 4.5, 3, 9 }.Index())
            ask.Near($"mean of {i + 1}", path[i], mean);
    }

    [Rule("AVERAGING-5")]
    internal static void YoungAveragesKeepLess(Questions ask)
    {
        Answered Kept(long updates, double decay)
        {
            JsonObject args = Args(("decay", decay));
            args["num_updates"] = updates;
            return ask.Averages([1, 0], args)[1];
        }

        ask.Near("after 0 updates", Kept(0, 0.75), 0.1);
        ask.Near("after 8 updates", Kept(8, 0.75), 0.5);
        ask.Near("after 26 updates", Kept(26, 0.75), 0.75);
        ask.Near("after 1000 updates", Kept(1000, 0.75), 0.75);
    }

    [Rule("AVERAGING-6")]
    internal static void StateKeepsItsBits(Questions ask)
    {
        // A power of two changes no digit, unless one is lost on the way through the state.
        double[] weights = [1.0 / 3, 2.0 / 7, 0.1, 5.0 / 11];
        Answered[] first = ask.Averages(weights, Args(("decay", 0.7)));
        foreach (int power in Enumerable.Range(1, 8))
            Expect.Same($"averages of weights times 2^{power}", [.. ask.Averages([.. weights.Select(w => Math.ScaleB(w, power))], Args(("decay", 0.7))).Select(a => (Answered)Math.ScaleB(a.Value, -power))], first);
    }
}
