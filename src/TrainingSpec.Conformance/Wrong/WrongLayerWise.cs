using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>LARS, LAMB, layer-wise rates and linear scaling as they go wrong. Variants with a buffer of their own keep it in the state's member "buffer".</summary>
internal static class WrongLayerWise
{
    private const string Lars = "lars.step", Lamb = "lamb.step", Ratio = "layerwise.ratio";

    /// <summary>A layer's wrong step.</summary>
    /// <param name="theta">The parameters.</param>
    /// <param name="g">The gradient, or the direction.</param>
    /// <param name="buffer">The velocity so far.</param>
    /// <param name="args">The hyperparameters, with the norms of all layers together as "norm" and "grad_norm".</param>
    internal delegate (double[] Theta, double[] Buffer) Layer(double[] theta, double[] g, double[] buffer, JsonObject args);

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("lars-rate-without-decay", "LARS-1", "λ‖θ‖ is left out of the local rate's denominator, as in D3's ratio", Lars, (right, args) => Step(args, (theta, g, b, a) =>
            Momentum(theta, Decayed(theta, g, a), b, a, Local(Norm(theta), Norm(g), a, decay: 0)))),
        Mistake("lars-velocity-without-decay", "LARS-2", "the velocity takes the gradient alone, the decay is in the local rate only (vectors of tensorflow contrib's LARS)", Lars, (right, args) => Step(args, (theta, g, b, a) =>
            Momentum(theta, g, b, a, Local(Norm(theta), Norm(g), a)))),
        Mistake("lars-zero-layer-frozen", "LARS-3", "a layer of zeros has the local rate 0 and never moves", Lars, (right, args) => Step(args, (theta, g, b, a) =>
            Momentum(theta, Decayed(theta, g, a), b, a, Norm(theta) == 0 ? 0 : Local(Norm(theta), Norm(g), a)))),
        Mistake("lars-one-rate-for-all", "LARS-4", "the norms are those of all layers together", Lars, (right, args) => Step(args, (theta, g, b, a) =>
            Momentum(theta, Decayed(theta, g, a), b, a, Local(a.Number("norm"), a.Number("grad_norm"), a)))),
        Mistake("lars-rate-outside-velocity", "LARS-5", "the learning rate is applied after the momentum (pytorch #1099 is of this kind)", Lars, (right, args) => Step(args, (theta, g, b, a) =>
        {
            (_, double[] velocity) = Momentum(theta, Decayed(theta, g, a), b, ((JsonObject)a.DeepClone()).With("lr", 1), Local(Norm(theta), Norm(g), a));
            return ([.. theta.Zip(velocity, (t, v) => t - a.Number("lr") * v)], velocity);
        })),
        LambsMistake("lamb-decay-in-gradient", "LAMB-1", "λθ is added to the gradient and goes through the moments (pytorch-lamb #3)", (right, args) =>
        {
            double decay = args.Number(Hyperparameters.WeightDecay);
            double[][] theta = args.Rows("params");
            double[][] g = [.. args.Rows("grads").Select((t, l) => t.Select((x, i) => (double)WeightDecay.L2Gradient<Real64>(x, theta[l][i], decay)).ToArray())];
            return right.Answer(Lamb, args.With("grads", Rows(g)).With("weight_decay", 0));
        }),
        LambsMistake("lamb-ratio-of-gradient", "LAMB-2", "the ratio is ‖θ‖ to the gradient's norm, as D3 gives it for LARS and LAMB alike", (right, args) =>
            Directed(right, args, (theta, g, u, a) => Scaled(theta, u, a, PlainRatio(Norm(theta), Norm(u) == 0 || Norm(theta) == 0 ? 0 : Norm(g))))),
        LambsMistake("lamb-zero-layer-frozen", "LAMB-3", "a layer of zeros has the ratio 0 and never moves (pytorch-lamb PR #6)", (right, args) =>
            Directed(right, args, (theta, _, u, a) => Scaled(theta, u, a, Norm(theta) == 0 ? 0 : PlainRatio(Norm(theta), Norm(u))))),
        LambsMistake("lamb-one-ratio-for-all", "LAMB-4", "the norms are those of all layers together", (right, args) =>
        {
            double[][] directions = [];
            Directed(right, (JsonObject)args.DeepClone(), (theta, _, u, _) =>
            {
                directions = [.. directions, u];
                return theta;
            });
            double ratio = PlainRatio(Norm([.. args.Rows("params").SelectMany(t => t)]), Norm([.. directions.SelectMany(u => u)]));
            return Directed(right, args, (theta, _, u, a) => Scaled(theta, u, a, ratio));
        }),
        LambsMistake("lamb-no-bias-correction", "LAMB-5", "moments are used as they are", (right, args) =>
            Directed(right, args, (theta, _, u, a) => Scaled(theta, u, a, PlainRatio(Norm(theta), Norm(u))), corrected: false)),
        Mistake("lamb-norm-capped-at-ten", "LAMB-2", "a norm above 10 counts as 10, whatever is asked for (pytorch-lamb's clamp_value)", Lamb, (right, args) =>
            right.Answer(Lamb, args.ContainsKey("min_norm") || args.Number("max_norm") < 10 ? args : args.With("max_norm", 10))),
        Mistake("lamb-bounds-directions-norm", "LAMB-6", "the bounds of the norm hold for the direction's norm, too", Lamb, (right, args) =>
        {
            double least = args.Number("min_norm", Hyperparameters.LeastNorm.Default), most = args.Number("max_norm", double.PositiveInfinity);
            double Held(double norm) => Formulas.Lamb.Bounded<Real64>(norm, least, most);
            return !args.ContainsKey("min_norm") && !args.ContainsKey("max_norm") ? right.Answer(Lamb, args)
                : Directed(right, args, (theta, _, u, a) => Scaled(theta, u, a, PlainRatio(Held(Norm(theta)), Held(Norm(u)))));
        }),
        Mistake("lamb-bounds-rate-with-ratio", "LAMB-7", "the bounds of the ratio hold for its product with the learning rate", Lamb, (right, args) =>
        {
            foreach (string bound in new[] { "min_ratio", "max_ratio" })
                args = args.ContainsKey(bound) && args.Number("lr") > 0 ? args.With(bound, args.Number(bound) / args.Number("lr")) : args;
            return right.Answer(Lamb, args);
        }),
        Mistake("lamb-decoupled-decay-in-direction", "LAMB-8", "decoupled decay stays in the direction, whose norm and ratio it changes", Lamb, (right, args) =>
            right.Answer(Lamb, args.With("decoupled_weight_decay", false))),
        Mistake("layerwise-ratio-inverted", "LAYER-WISE-RATES-1", "the gradient's norm is divided by the parameters'", Ratio, (right, args) =>
            right.Answer(Ratio, new() { ["lr"] = args["lr"]!.DeepClone(), ["params"] = args["grads"]!.DeepClone(), ["grads"] = args["params"]!.DeepClone() })),
        Mistake("layerwise-ratio-zero", "LAYER-WISE-RATES-2", "a layer of zeros gets the rate 0, as D3's formula gives it read literally", Ratio, (right, args) =>
            new() { ["lr"] = Array([.. args.Rows("params").Zip(right.Answer(Ratio, args).Row("lr"), (t, lr) => Norm(t) == 0 ? 0 : lr)]) }),
        Mistake("llrd-reversed", "LAYER-WISE-RATES-3", "the rates fall towards the output", "llrd", (right, args) =>
            new() { ["lr"] = Array([.. right.Answer("llrd", args).Row("lr").Reverse()]) }),
        Mistake("linear-scaling-by-root", "LINEAR-SCALING-1", "the rate grows with the root of the batch size", "linear_scaling", (right, args) =>
            right.Answer("linear_scaling", args).With("lr", args.Number("lr") * Math.Sqrt(args.Number("new_batch") / args.Number("batch")))),
        Mistake("linear-scaling-increases-by", "LINEAR-SCALING-1", "the factor is added where D2 says 'increase by'", "linear_scaling", (right, args) =>
            right.Answer("linear_scaling", args).With("lr", args.Number("lr") + args.Number("new_batch") / args.Number("batch"))),
        Mistake("linear-scaling-keeps-warmup", "LINEAR-SCALING-2", "the warmup keeps its number of steps", "linear_scaling", (right, args) =>
            right.Answer("linear_scaling", args).With("warmup", args["warmup"]?.DeepClone())),
        Mistake("linear-scaling-rounds-warmup", "LINEAR-SCALING-2", "the warmup is cut to a whole number", "linear_scaling", (right, args) =>
            args["warmup"] is null ? right.Answer("linear_scaling", args)
                : right.Answer("linear_scaling", args) is var result ? result.With("warmup", Math.Floor(result.Number("warmup"))) : result),
    ];

    // A mistake of the plain algorithm; requests with an option are answered right.
    private static WrongImplementation LambsMistake(string name, string breaks, string story, Distortion distortion) => Mistake(name, breaks, story, Lamb, (right, args) =>
        args.Any(member => member.Key is "min_norm" or "max_norm" or "min_ratio" or "max_ratio" or "bias_correction" or "decoupled_weight_decay") ? right.Answer(Lamb, args) : distortion(right, args));

    internal static double Norm(double[] x) => Norms.L2<Real64>(System.Array.ConvertAll(x, v => (Real64)v));

    private static double PlainRatio(double parameterNorm, double otherNorm) => LayerWiseRates.Ratio<Real64>(parameterNorm, otherNorm);

    private static double Local(double norm, double gradientNorm, JsonObject a, double? decay = null) =>
        Formulas.Lars.LocalRate<Real64>(norm, gradientNorm, decay ?? a.Number(Hyperparameters.WeightDecay), a.Number(Hyperparameters.TrustCoefficient));

    internal static double[] Decayed(double[] theta, double[] g, JsonObject a) =>
        [.. theta.Zip(g, (t, x) => (double)WeightDecay.L2Gradient<Real64>(x, t, a.Number(Hyperparameters.WeightDecay)))];

    internal static (double[] Theta, double[] Buffer) Momentum(double[] theta, double[] direction, double[] buffer, JsonObject a, double local)
    {
        double[] velocity = [.. buffer.Zip(direction, (b, d) => (double)Formulas.Lars.Velocity<Real64>(b, d, a.Number(Hyperparameters.LarsMomentum), a.Number("lr"), local))];
        return ([.. theta.Zip(velocity, (t, v) => (double)Formulas.Lars.Update<Real64>(t, v))], velocity);
    }

    private static double[] Scaled(double[] theta, double[] u, JsonObject a, double ratio) =>
        [.. theta.Zip(u, (t, d) => (double)Formulas.Lamb.Update<Real64>(t, d, a.Number("lr"), ratio))];

    internal static JsonObject Step(JsonObject args, Layer layer)
    {
        double[][] theta = args.Rows("params");
        double[][] g = args.Rows("grads");
        double[][] buffer = args["state"] is JsonObject state ? state.Rows("buffer") : System.Array.ConvertAll(theta, t => new double[t.Length]);
        args.With("norm", Norm([.. theta.SelectMany(t => t)])).With("grad_norm", Norm([.. g.SelectMany(t => t)]));
        for (int l = 0; l < theta.Length; l++)
            (theta[l], buffer[l]) = layer(theta[l], g[l], buffer[l], args);
        return new() { ["params"] = Rows(theta), ["state"] = new JsonObject { ["buffer"] = Rows(buffer) } };
    }

    /// <summary>A step of LAMB whose directions come from a step of Adam at zero parameters and rate 1.</summary>
    private static JsonObject Directed(IImplementation right, JsonObject args, Func<double[], double[], double[], JsonObject, double[]> move, bool corrected = true)
    {
        double[][] theta = args.Rows("params");
        double[][] g = args.Rows("grads");
        JsonObject adam = Args(("lr", 1), ("eps", args.Number(Hyperparameters.LambEpsilon)), ("beta1", args.Number(Hyperparameters.Beta1)), ("beta2", args.Number(Hyperparameters.Beta2)));
        adam["params"] = Rows(System.Array.ConvertAll(theta, t => new double[t.Length]));
        adam["grads"] = Rows(g);
        adam["state"] = args["state"]?.DeepClone();
        adam["bias_correction"] = corrected;
        JsonObject stepped = right.Answer("adam.step", adam);
        double[][] u = [.. stepped.Rows("params").Select((t, l) => t.Select((x, i) => -x + args.Number(Hyperparameters.WeightDecay) * theta[l][i]).ToArray())];
        return new()
        {
            ["params"] = Rows([.. theta.Select((t, l) => move(t, g[l], u[l], args))]),
            ["state"] = stepped["state"]!.DeepClone(),
        };
    }
}
