using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Dropout as it goes wrong.</summary>
internal static class WrongDropout
{
    private const string Op = "dropout";
    private const string Backward = "dropout.backward";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Masked("dropout-strict", "an element whose uniform number is p exactly is dropped (D0's listing)", (u, p) => u > p || p == 0),
        Masked("dropout-keeps-p", "p is taken for the probability of being kept", (u, p) => u < p || p == 0),
        Rescaled("dropout-scaled-by-p", "the scale is 1/p (kaldi #2814)", p => (1 - p) / p),
        Rescaled("dropout-scaled-twice", "the scale is applied twice (theanets PR #123)", p => 1 / (1 - p)),
        Rescaled("dropout-unscaled", "the mask of the plain convention meets the unscaled evaluation of the inverted one (D0's formula with its second option)", p => 1 - p),
        Mistake("dropout-mask-unused", "DROPOUT-2", "the mask is drawn and handed on, and the elements are scaled without it", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return Trains(args) ? result.With("y", Array([.. args.Row("x").Select(x => (double)Dropout.Inverted<Real64>(x, 1, Dropout.Scale<Real64>(args.Number("p"))))])) : result;
        }),
        Mistake("dropout-active-at-evaluation", "DROPOUT-3", "elements are dropped outside training too (keras 0dd8a15df6)", Op, (right, args) =>
            right.Answer(Op, args.With("training", true))),
        Mistake("dropout-scaled-at-evaluation", "DROPOUT-3", "evaluation scales by 1 − p although training has scaled already (D0's first option with its listing)", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double p = args.Number("p");
            return Trains(args) ? result : result.With("y", Array([.. result.Row("y").Select(x => (double)Dropout.PlainTest<Real64>(x, p))]));
        }),
        Mistake("dropout-gradient-unscaled", "DROPOUT-4 DROPOUT-8", "the backward pass applies the mask and forgets the scale", Backward, (right, args) =>
            new() { ["grad"] = Array([.. args.Row("grad").Zip(args.Row("mask"), (g, m) => (double)Dropout.Plain<Real64>(g, m))]) }),
        Mistake("dropout-gradient-everywhere", "DROPOUT-4", "the gradient passes through dropped elements as well", Backward, (right, args) =>
            right.Answer(Backward, args.With("mask", Integers([.. args.Row("mask").Select(_ => 1L)])))),
        Mistake("dropout-zero-is-default", "DROPOUT-5", "p = 0 is taken for a missing p and replaced by ½", Op, (right, args) =>
            right.Answer(Op, args.Number("p") == 0 ? args.With("p", 0.5) : args)),
        Mistake("dropout-p-in-bfloat16", "DROPOUT-8", "p is rounded to bfloat16, the type of its tensors, before it is taken from 1", [Op, Backward], op => (right, args) =>
        {
            double p = args.Number("p"), held = BFloat16.Of(p).Value;
            if (op == Backward)
                return right.Answer(op, args.With("p", held));
            JsonObject result = right.Answer(op, args);
            return Trains(args) && held != p ? result.With("y", Array([.. result.Row("y").Select(y => y * (1 - p) / (1 - held))])) : result;
        }),
        Mistake("dropout-one-mask", "DROPOUT-6", "the stream is not looked at, so that all layers drop the same places", Op, (right, args) =>
            right.Answer(Op, args.With("stream", 0))),
    ];

    private static WrongImplementation Masked(string name, string story, Func<double, double, bool> keep) =>
        Mistake(name, "DROPOUT-1", story, Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (!Trains(args))
                return result;
            double[] x = args.Row("x");
            double p = args.Number("p");
            var u = new Real64[x.Length];
            RandomStreams.FillUniform((ulong)args.Number("seed"), (ulong)args.Number("stream", 0), 0, u);
            double[] mask = [.. u.Select(v => keep(v, p) ? 1.0 : 0)];
            Real64 scale = Dropout.Scale<Real64>(p);
            return result.With("mask", Array(mask)).With("y", Array([.. x.Zip(mask, (v, m) => (double)Dropout.Inverted<Real64>(v, m, scale))]));
        });

    private static WrongImplementation Rescaled(string name, string story, Func<double, double> factor) =>
        Mistake(name, "DROPOUT-2 DROPOUT-8", story, Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double p = args.Number("p");
            return !Trains(args) || p == 0 ? result : result.With("y", Array([.. result.Row("y").Select(y => factor(p) * y)]));
        });

    private static bool Trains(JsonObject args) => args["training"] is null || args.Flag("training");
}
