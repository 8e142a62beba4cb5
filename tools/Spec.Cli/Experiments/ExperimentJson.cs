using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Claims.Experiments;

namespace Spec.Cli.Experiments;

/// <summary>An experiment and what it came to, as JSON; numbers come back as they were, and what is none stands in quotes.</summary>
internal static class ExperimentJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, ending in a line feed.</summary>
    public static string Of(Experiment experiment, ExperimentResult result, bool full, bool planted) => new JsonObject
    {
        ["name"] = experiment.Name,
        ["question"] = experiment.Question,
        ["source"] = experiment.Source,
        ["topic"] = experiment.Topic,
        ["design"] = experiment.Design.ToString(),
        ["full"] = full && experiment.Full is not null,
        ["planted"] = planted ? experiment.Mistake : null,
        ["head"] = result.Table.Head,
        ["columns"] = new JsonArray([.. result.Table.Columns.Select(c => (JsonNode)c)]),
        ["rows"] = new JsonArray([.. result.Table.Rows.Select(r => new JsonObject { ["name"] = r.Name, ["values"] = Numbers(r.Values) })]),
        ["charts"] = new JsonArray([.. result.Charts.Select(Chart)]),
        ["tests"] = new JsonArray([.. result.Tests.Select(t => new JsonObject { ["of"] = t.Of, ["runs"] = t.Runs, ["mean"] = Number(t.Mean), ["deviation"] = Number(t.Deviation), ["p"] = Number(t.PValue), ["level"] = Number(t.Level) })]),
        ["finding"] = result.Finding,
        ["conclusion"] = result.Conclusion,
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Chart(ExperimentChart chart) => new()
    {
        ["title"] = chart.Title,
        ["x"] = chart.X.Label,
        ["y"] = chart.Y.Label,
        ["lines"] = new JsonArray([.. chart.Lines.Select(l => new JsonObject { ["name"] = l.Name, ["x"] = Numbers(l.X), ["y"] = Numbers(l.Y) })]),
    };

    private static JsonArray Numbers(IReadOnlyList<double> values) =>
        new([.. values.Select(Number)]);

    private static JsonNode Number(double value) => double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);
}
