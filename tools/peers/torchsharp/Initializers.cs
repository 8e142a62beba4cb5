using System.Globalization;
using System.Text.Json.Nodes;
using static TorchSharp.torch;
using Init = TorchSharp.torch.nn.init;

/// <summary>TorchSharp's initializers. Which law they draw is found from what they draw.</summary>
internal static class Initializers
{
    private const double Gap = 1e-5;

    private static readonly Dictionary<string, Action<Tensor, double?>> Schemes = new()
    {
        ["xavier_uniform"] = (w, gain) => Init.xavier_uniform_(w, gain ?? 1),
        ["xavier_normal"] = (w, gain) => Init.xavier_normal_(w, gain ?? 1),
        ["he_uniform"] = (w, gain) => Init.kaiming_uniform_(w, nonlinearity: Plain(gain, Init.NonlinearityType.ReLU)),
        ["he_normal"] = (w, gain) => Init.kaiming_normal_(w, nonlinearity: Plain(gain, Init.NonlinearityType.ReLU)),
        ["lecun_uniform"] = (w, gain) => Init.kaiming_uniform_(w, nonlinearity: Plain(gain, Init.NonlinearityType.Linear)),
        ["lecun_normal"] = (w, gain) => Init.kaiming_normal_(w, nonlinearity: Plain(gain, Init.NonlinearityType.Linear)),
    };

    /// <summary>From one seed the standard laws give the weights but for a factor, which is the deviation or the limit.</summary>
    public static JsonObject Moments(Request r)
    {
        if (!Schemes.TryGetValue(r.Text("scheme"), out Action<Tensor, double?>? scheme))
            throw new NotSupportedException(r.Text("scheme"));
        (long fanIn, long fanOut) = (r.Whole("fan_in"), r.Whole("fan_out"));
        double? gain = r.Has("gain") ? r.Number("gain") : null;
        if (fanIn * fanOut > 10_000_000)
            throw new NotSupportedException("so many weights");
        if (Factor(w => Init.normal_(w)) is { } std)
            return new() { ["std"] = std, ["variance"] = std * std, ["limit"] = null };
        if (Factor(w => Init.uniform_(w, -1, 1)) is { } limit)
            return new() { ["std"] = limit / Math.Sqrt(3), ["variance"] = limit * limit / 3, ["limit"] = limit };
        throw new NotSupportedException("neither a normal nor a uniform law");

        // The quotient at the largest number, where all quotients are about the same.
        double? Factor(Action<Tensor> law)
        {
            Tensor w = Drawn(t => scheme(t, gain)), z = Drawn(law), quotients = w / z;
            double factor = quotients[z.abs().argmax()].to_type(ScalarType.Float64).item<double>();
            return (w - factor * z).abs().max().to_type(ScalarType.Float64).item<double>() <= Gap * Math.Abs(factor) ? factor : null;
        }

        Tensor Drawn(Action<Tensor> fill)
        {
            manual_seed(0);
            Tensor w = empty([fanOut, fanIn], r.Type);
            fill(w);
            return w.flatten();
        }
    }

    /// <summary>The moments of a sample are not those of its law, unless all numbers are the same.</summary>
    public static JsonObject Truncated(Request r)
    {
        double std = r.Number("std", 1);
        Tensor w = Init.trunc_normal_(empty([64], r.Type), 0, std, r.Number("a", -2) * std, r.Number("b", 2) * std).to_type(ScalarType.Float64);
        if (w.min().item<double>() != w.max().item<double>())
            throw new NotSupportedException("the moments of a law that is known by a sample");
        return new() { ["mean"] = w[0].item<double>(), ["std"] = 0, ["variance"] = 0 };
    }

    /// <summary>Of the schemes that need no fans, with the generator of a seed.</summary>
    public static JsonObject Sample(Request r)
    {
        if (r.Text("scheme") != "gpt_normal" || r.Has("gain"))
            throw new NotSupportedException("numbers of the protocol's own stream");
        using var generator = new Generator(ulong.Parse(r.Take("seed")!.ToString(), CultureInfo.InvariantCulture), CPU);
        return new() { ["values"] = Answers.Json(Init.normal_(empty([r.Whole("count")], r.Type), 0, 0.02, generator)) };
    }

    /// <summary>The weights are all that TorchSharp sees, and their shape does not say how many groups there are.</summary>
    public static JsonObject Fans(Request r)
    {
        r.Take("groups");
        if (r.Has("layout") && r.Text("layout") != "outputs_first")
            throw new NotSupportedException("outputs_last");
        (long fanIn, long fanOut) = Init.CalculateFanInAndFanOut(empty(r.Integers("shape"), device: META));
        return new() { ["fan_in"] = fanIn, ["fan_out"] = fanOut };
    }

    public static JsonObject Gain(Request r)
    {
        string name = r.Text("nonlinearity");
        return Enum.TryParse((name == "conv" ? "conv2d" : name).Replace("_", "", StringComparison.Ordinal), true, out Init.NonlinearityType type)
            ? new() { ["gain"] = Init.calculate_gain(type, r.Number("negative_slope", 0.01)) }
            : throw new NotSupportedException(name);
    }

    private static Init.NonlinearityType Plain(double? gain, Init.NonlinearityType type) => gain is null ? type : throw new NotSupportedException("gain");
}
