using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Matrices in groups: each is stepped by its own shape and its group's hyperparameters.</summary>
internal sealed class MatrixGroupsTests
{
    private const string Matrices = """{"params": [[1, 2, 3, 4, 5, 6], [1, -1], [0.5, 2, -3, 1]], "shapes": [[3, 2], [1, 2], [2, 2]], "grads": [[1, -0.5, 0.25, 3, 0.5, 0], [1, 2], [1, 2, 2, -4]], "lr": 0.25}""";

    [TestCase("muon.step", "momentum", 0.5)]
    [TestCase("adafactor.step", "beta1", 0.5)]
    public void Each_moves_as_if_alone(string op, string name, double value)
    {
        JsonObject together = (JsonObject)JsonNode.Parse(Matrices)!;
        together["groups"] = new JsonArray(new JsonObject { ["tensors"] = new JsonArray(2, 0), [name] = value });
        JsonObject[] alone = [.. Enumerable.Range(0, 3).Select(i => Alone(i, i == 1 ? null : (name, value)))];
        for (int t = 0; t < 2; t++)
        {
            JsonElement moved = Ask.Result(op, together.ToJsonString());
            for (int i = 0; i < 3; i++)
            {
                JsonElement one = Ask.Result(op, alone[i].ToJsonString());
                Assert.That(moved.GetProperty("params")[i].GetRawText(), Is.EqualTo(one.GetProperty("params")[0].GetRawText()), $"step {t + 1}, tensor {i}");
                GoOn(alone[i], one);
            }

            GoOn(together, moved);
        }

        // A state of other groups is none of these.
        together["groups"]![0]!["tensors"] = new JsonArray(0);
        Assert.That(Ask.Fault(Ask.Op(op, together.ToJsonString())), Is.EqualTo(("invalid-argument", "state")));
    }

    private static void GoOn(JsonObject request, JsonElement answer)
    {
        foreach (string member in new[] { "params", "state" })
            request[member] = JsonNode.Parse(answer.GetProperty(member).GetRawText());
    }

    private static JsonObject Alone(int tensor, (string Name, double Value)? own)
    {
        JsonObject request = (JsonObject)JsonNode.Parse(Matrices)!;
        foreach (string name in new[] { "params", "shapes", "grads" })
            request[name] = new JsonArray(request[name]![tensor]!.DeepClone());
        if (own is { } set)
            request[set.Name] = set.Value;
        return request;
    }
}
