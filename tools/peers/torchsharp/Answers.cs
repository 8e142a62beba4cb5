using System.Globalization;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

/// <summary>Numbers as the protocol writes them.</summary>
internal static class Answers
{
    public static JsonNode Of(double x) => double.IsFinite(x) ? x : x.ToString(CultureInfo.InvariantCulture);

    public static JsonNode Json(Tensor t)
    {
        if (t.dim() > 1)
            return new JsonArray([.. Enumerable.Range(0, (int)t.shape[0]).Select(i => Json(t[i]))]);
        double[] values = t.to_type(ScalarType.Float64).data<double>().ToArray();
        return t.dim() == 0 ? Of(values[0]) : new JsonArray([.. values.Select(Of)]);
    }
}
