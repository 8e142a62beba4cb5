using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;

namespace Spec.Cli.Commands;

/// <summary><c>spec oracle</c>: answers requests on standard input; nothing else ever goes to standard output.</summary>
internal static class OracleCommand
{
    // The runtime takes addresses for five times the limit of its heap, and below this it can end, by a fault of its own, where they are used up.
    private const long SmallestHeap = 64 << 20;
    private const string Addresses = "DOTNET_GCRegionRange";

    public static Command Create(TextWriter output, TextWriter error)
    {
        var wrong = new Option<string>("--wrong") { Description = "Answer as this wrong implementation would", HelpName = "name" };
        var list = new Option<bool>("--list-wrong") { Description = "List the wrong implementations, one JSON object a line: name, breaks, story, bugs" };
        var command = new Command("oracle", "Answer the oracle protocol: JSON Lines on standard input, one answer line each. Example: spec oracle --wrong adam-eps-inside-root") { wrong, list };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                List(output);
                return 0;
            }

            string? name = parsed.GetValue(wrong);
            WrongOracle? distorted = name is null ? null : new WrongOracle(name);
            if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < SmallestHeap && Environment.GetEnvironmentVariable(Addresses) is null)
                error.WriteLine($"spec: with a heap of under {SmallestHeap >> 20} MiB the runtime itself may end in place of refusing a request; {Addresses}=0x40000000 keeps it from that");
            using Stream requests = Console.OpenStandardInput();
            using Stream answers = Console.OpenStandardOutput();
            if (distorted is null)
                OracleStream.Run(requests, answers);
            else
                OracleStream.Run(requests, answers, distorted.Answer);
            return 0;
        });
        return command;
    }

    private static void List(TextWriter output)
    {
        var readable = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        foreach (WrongImplementation wrong in WrongSuite.All.Values)
        {
            var line = new JsonObject
            {
                ["name"] = wrong.Name,
                ["breaks"] = new JsonArray([.. wrong.Breaks.Select(rule => (JsonNode)rule)]),
                ["story"] = wrong.Story,
                ["bugs"] = new JsonArray([.. RealBugs.All.Where(bug => bug.Variants.Contains(wrong.Name)).Select(bug => (JsonNode)bug.Where)]),
            };
            output.WriteLine(line.ToJsonString(readable));
        }
    }
}
