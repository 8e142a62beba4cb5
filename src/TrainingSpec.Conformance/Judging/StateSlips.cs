using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Judging.Slips;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>What may go wrong with the state and the decay of any optimizer: steps miscounted, a state that is kept elsewhere, shared or rounded, a decay that enters elsewhere.</summary>
internal static class StateSlips
{
    private static readonly string[] OneForEachTensor = ["params", "grads", "shapes"];

    // The steps before this one, of the right number of them.
    private static readonly (string Word, Func<long, long> Of)[] Counts =
    [
        ("steps-never-counted", _ => 0),
        ("steps-counted-one-late", t => Math.Max(0, t - 1)),
        ("steps-counted-from-1", t => t + 1),
        ("steps-counted-twice", t => 2 * t),
        ("steps-counted-in-pairs", t => t / 2),
    ];

    private static readonly (string Word, Func<double, double> Of)[] Roundings =
    [
        ("state-rounded-to-float32", x => (float)x),
        ("state-rounded-to-float16", x => (double)(Half)x),
        ("state-written-with-15-digits", x => Digits(x, 15)),
        ("state-written-with-14-digits", x => Digits(x, 14)),
        ("state-written-with-7-digits", x => Digits(x, 7)),
        ("state-written-with-6-digits", x => Digits(x, 6)),
    ];

    // What of the decay λ goes into the gradient, of λ and the rate.
    private static readonly (string Word, Func<double, double, double> Share)[] InGradient =
    [
        ("decay-in-the-gradient", (decay, _) => decay),
        ("decay-of-the-other-sign", (decay, _) => -decay),
        ("decay-doubled-in-the-gradient", (decay, _) => 2 * decay),
        ("decay-halved-in-the-gradient", (decay, _) => decay / 2),
        ("decay-times-rate-in-the-gradient", (decay, lr) => decay * lr),
    ];

    // What is taken away for the decay: of the parameter before and after the step, the rate and λ.
    private static readonly (string Word, Func<double, double, double, double, double> Of)[] Beside =
    [
        ("decay-beside-the-step", (old, _, lr, decay) => lr * decay * old),
        ("decay-beside-the-step-of-the-updated", (_, now, lr, decay) => lr * decay * now),
        ("decay-beside-the-step-without-rate", (old, _, _, decay) => decay * old),
        ("decay-beside-the-step-of-the-other-sign", (old, _, lr, decay) => -lr * decay * old),
        ("decay-beside-the-step-with-squared-rate", (old, _, lr, decay) => lr * lr * decay * old),
        ("decay-beside-the-step-doubled", (old, _, lr, decay) => 2 * lr * decay * old),
        ("decay-beside-the-step-halved", (old, _, lr, decay) => lr * decay * old / 2),
        ("decay-of-signs-beside-the-step", (old, _, lr, decay) => lr * decay * Math.Sign(old)),
    ];

    /// <summary>The slips of an operation that keeps a state.</summary>
    public static IEnumerable<Slip> Of(string op, string topic, ArgumentSlips arguments)
    {
        foreach ((string word, Func<long, long> of) in Counts)
            yield return new($"{topic}-{word}", (r, dtype, args) => Counted(r, op, dtype, args, of(Steps(args))));
        foreach ((string word, Func<double, double> of) in Roundings)
        {
            yield return new($"{topic}-{word}", (r, dtype, args) =>
            {
                JsonObject answer = r.Answer(op, dtype, args);
                answer["state"] = Rounded(answer["state"], of);
                return answer;
            });
        }

        yield return new Slip($"{topic}-keeps-its-state-itself", (r, dtype, args) => r.Answer(op, dtype, args)) { Remembering = () => Remembered(op) };
        if (op is "average.weights" or "sparse_adam.step")
            yield break;
        yield return Each("state-shared-between-tensors", (own, before, t, _) => before is null ? own : ((JsonObject)before.DeepClone()).With("step", t));
        yield return Each("state-and-steps-shared-between-tensors", (own, before, _, _) => before ?? own);
        yield return Each("steps-counted-by-tensors", (own, _, t, k) => own, (t, k, n) => t * n + k);
        if (!arguments.Has("weight_decay"))
            yield break;
        foreach ((string word, Func<double, double, double> share) in InGradient)
        {
            yield return Decayed(word, share);
        }

        foreach ((string word, Func<double, double, double, double, double> of) in Beside)
            yield return Decayed(word, (_, _) => 0, of);
        yield return Decayed("decay-in-the-gradient-and-beside-the-step", InGradient[0].Share, Beside[0].Of);
        yield return Decayed("decay-in-the-gradient-too", InGradient[0].Share, isBesides: true);

        // The step without its decay, which enters elsewhere.
        Slip Decayed(string word, Func<double, double, double> share, Func<double, double, double, double, double>? beside = null, bool isBesides = false) => new($"{topic}-{word}", (r, dtype, args) =>
        {
            double decay = arguments.Of(args, "weight_decay") ?? 0, lr = arguments.Of(args, "lr") ?? 1;
            if (decay == 0 || args["groups"] is not null)
                return r.Answer(op, dtype, args);
            JsonNode old = args["params"]!.DeepClone();
            double within = (args.Flag("maximize") ? -1 : 1) * share(decay, lr);
            double[][] gradients = [.. args.Rows("grads").Zip(args.Rows("params"), (g, theta) => g.Zip(theta, (x, t) => x + within * t).ToArray())];
            JsonObject answer = r.Answer(op, dtype, args.With("weight_decay", isBesides ? decay : 0).With("grads", Questions.Rows(gradients)));
            if (beside is not null)
                answer["params"] = Combined(old, answer["params"]!, (_, before, now) => [.. before.Zip(now, (x, y) => y - beside(x, y, lr, decay))]);
            return answer;
        });

        // Each tensor is stepped by itself; its state is made of its own, of that which the tensor of its length before it has now, and of the steps.
        Slip Each(string word, Func<JsonObject?, JsonObject?, long, int, JsonObject?> state, Func<long, int, int, long>? steps = null) => new($"{topic}-{word}", (r, dtype, args) =>
        {
            int n = ((JsonArray)args["params"]!).Count;
            if (args["groups"] is not null)
                return r.Answer(op, dtype, args);
            var kept = args["state"]?["each"] as JsonArray;
            long t = args["state"] is JsonObject before ? Whole(before["step"]) : 0;
            JsonArray moved = [], each = [];
            JsonObject? last = null;
            int length = -1;
            for (int k = 0; k < n; k++)
            {
                var own = (JsonObject)args.DeepClone();
                foreach (string name in OneForEachTensor.Where(own.ContainsKey))
                    own[name] = new JsonArray(own[name]![k]!.DeepClone());
                int count = ((JsonArray)args["params"]![k]!).Count;
                JsonObject? handed = state(kept?[k] as JsonObject, count == length ? last : null, t, k);
                own["state"] = handed?.DeepClone();
                JsonObject answer = steps is null ? r.Answer(op, dtype, own) : Counted(r, op, dtype, own, steps(t, k, n));
                moved.Add(answer["params"]![0]!.DeepClone());
                (last, length) = ((JsonObject)answer["state"]!.DeepClone(), count);
                each.Add(last.DeepClone());
            }

            return new() { ["params"] = moved, ["state"] = new JsonObject { ["step"] = t + 1, ["each"] = each } };
        });
    }

    private static long Steps(JsonObject args) => args["state"] is JsonObject state ? Whole(state["step"]) : 0;

    // A step that believes that others came before it; its own count goes on.
    private static JsonObject Counted(IImplementation right, string op, string dtype, JsonObject args, long before)
    {
        long t = Steps(args);
        if (args["state"] is JsonObject state)
        {
            state["step"] = before;
        }
        else if (before > 0)
        {
            // A state of nothing: that of a step without gradients.
            var blank = (JsonObject)args.DeepClone();
            blank["grads"] = Mapped(blank["grads"], _ => 0);
            blank.Remove("weight_decay");
            args["state"] = ((JsonObject)right.Answer(op, dtype, blank)["state"]!.DeepClone()).With("step", before);
        }

        JsonObject answer = right.Answer(op, dtype, args);
        answer["state"]!["step"] = t + 1;
        return answer;
    }

    // Whoever keeps the state itself goes on from the last one, whichever is handed back.
    private static Func<IImplementation, string, JsonObject, JsonObject> Remembered(string op)
    {
        JsonNode? last = null;
        return (right, dtype, args) =>
        {
            if (args["state"] is not null && last is not null)
                args["state"] = last.DeepClone();
            JsonObject answer = right.Answer(op, dtype, args);
            last = answer["state"]?.DeepClone();
            return answer;
        };
    }

    private static JsonNode? Rounded(JsonNode? node, Func<double, double> of) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, m.Key == "step" ? m.Value?.DeepClone() : Rounded(m.Value, of)))),
        JsonArray list => new JsonArray([.. list.Select(x => Rounded(x, of))]),
        JsonValue v when IsNumber(v) && of(Number(v)) is var y && double.IsFinite(y) => y,
        _ => node?.DeepClone(),
    };

    private static double Digits(double x, int digits) => double.Parse(x.ToString($"E{digits - 1}", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
