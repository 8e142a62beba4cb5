using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spec.Benchmarks;

/// <summary>All figures in one run, each beside its peers where they are there.</summary>
/// <param name="output">Receives the report.</param>
internal sealed class AllRun(TextWriter output)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is measured, by name.</summary>
    public static IEnumerable<string> Names => [.. StepRun.Names, StepMemory.Name];

    /// <summary>0; 1 where memory is more than a step's parts by over a tenth.</summary>
    /// <param name="quick">Fewer rounds, and without the elementary functions.</param>
    /// <param name="python">The Python that may have PyTorch.</param>
    /// <param name="only">A part of the names of what is measured, the memory among it; null for all.</param>
    /// <param name="json">Whether the figures are said as JSON, too.</param>
    public int Run(bool quick, string python, string? only, bool json)
    {
        StepMemory? memory = only is null || StepMemory.Name.Contains(only, StringComparison.Ordinal) ? StepMemory.Measure() : null;
        output.WriteLine("the fastest of the rounds; the ratio of the speeds, and its median round by round");
        IReadOnlyList<Figure> figures = new StepRun(output).Run(quick ? 5 : 25, python, only);
        if (memory is not null)
            output.WriteLine(memory.Text);
        if (json)
            output.Write(Json(figures, memory));
        if (!quick && only is null)
        {
            output.WriteLine();
            new ElementaryRun(output).Run(25, require: false);
        }

        return memory is null or { Ratio: <= 1.1 } ? 0 : 1;
    }

    private static string Json(IReadOnlyList<Figure> figures, StepMemory? memory) => new JsonObject
    {
        ["figures"] = new JsonArray([.. figures.Select(figure => (JsonNode)new JsonObject
        {
            ["name"] = figure.Name,
            ["threads"] = figure.Threads,
            ["unit"] = figure.Unit,
            ["figure"] = figure.Own,
            ["peer"] = figure.Peer,
            ["ratio"] = figure.Ratio is { } ratio ? new JsonObject { ["median"] = ratio.Median, ["low"] = ratio.Low, ["high"] = ratio.High } : null,
        })]),
        ["memory"] = memory is null ? null : new JsonObject
        {
            ["bytes"] = memory.Measured,
            ["parts"] = new JsonObject(memory.Parts.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)part.Bytes))),
            ["ratio"] = memory.Ratio,
        },
    }.ToJsonString(Indented) + "\n";
}
