using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Optimizers over nine steps are PyTorch's own, whose runs optimizers.py beside this file writes; and NAdam is what PyTorch 1.13 has it but for a mistake there that is known by name.</summary>
internal sealed class OptimizerFactsTests
{
    // Twice the table's 400 roundings for each of the steps: the parameters are judged, and those that each step starts from.
    private const double Allowed = 2 * 9 * 400 * Questions.UnitRoundoff;

    // PyTorch keeps NAdam's product of momenta in binary32.
    private const double AllowedOfSingle = 9 * 4 * Numbers.Real32.UnitRoundoff;

    private static JsonElement[] Runs { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "optimizers.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<int> Others => Enumerable.Range(0, Runs.Length).Where(i => OperationOf(i) != "nadam.step");

    private static IEnumerable<int> OfNadam => Enumerable.Range(0, Runs.Length).Except(Others);

    [TestCaseSource(nameof(Others))]
    public void Steps_are_those_of_pytorch(int run) => Assert.That(Apart(new ReferenceImplementation(), run), Is.LessThan(Allowed), Runs[run].GetProperty("args").ToString());

    [TestCaseSource(nameof(OfNadam))]
    public void Steps_of_NAdam_are_those_of_pytorch_but_for_its_mistake(int run) => Assert.Multiple(() =>
    {
        Assert.That(Apart(WrongSuite.Find("nadam-product-twice").Over(new ReferenceImplementation()), run), Is.LessThan(AllowedOfSingle));
        Assert.That(Apart(new ReferenceImplementation(), run), Is.GreaterThan(10 * AllowedOfSingle));
    });

    [Test]
    public void Every_optimizer_of_pytorch_is_there() =>
        Assert.That(Runs.Select((_, i) => OperationOf(i)).Distinct(), Is.EquivalentTo(new[] { "rmsprop.step", "adagrad.step", "adadelta.step", "adamax.step", "radam.step", "amsgrad.step", "adam.step", "adamw.step", "nadam.step" }));

    private static string OperationOf(int run) => Runs[run].GetProperty("op").GetString()!;

    // How far parameters are from PyTorch's, as a share of the largest.
    private static double Apart(IImplementation implementation, int run)
    {
        JsonElement facts = Runs[run];
        JsonNode parameters = JsonNode.Parse(facts.GetProperty("start").GetRawText())!;
        JsonNode? state = null;
        double apart = 0, largest = 0;
        foreach ((JsonElement gradients, JsonElement expected) in facts.GetProperty("grads").EnumerateArray().Zip(facts.GetProperty("params").EnumerateArray()))
        {
            JsonObject args = JsonNode.Parse(facts.GetProperty("args").GetRawText())!.AsObject();
            (args["params"], args["grads"], args["state"]) = (parameters.DeepClone(), JsonNode.Parse(gradients.GetRawText()), state?.DeepClone());
            JsonObject answer = implementation.Answer(OperationOf(run), args);
            (parameters, state) = (answer["params"]!.DeepClone(), answer["state"]!.DeepClone());
            foreach ((double right, double got) in expected.EnumerateArray().SelectMany(Ask.Row).Zip(parameters.AsArray().SelectMany(row => row!.AsArray().Select(x => (double)x!))))
                (apart, largest) = (Math.Max(apart, Math.Abs(right - got)), Math.Max(largest, Math.Abs(right)));
        }

        return apart / largest;
    }
}
