using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/parameter-groups.md: relations between answers, so that an optimizer that is wrong elsewhere keeps them.</summary>
internal static class ParameterGroupsRules
{
    private static readonly string[] Ops = ["sgd.step", "adamw.step"];
    private static readonly double[][] Start = [[1, -2], [3], [0.5, 4]], Gradients = [[0.5, 1], [-2], [0.25, -0.75]];

    [Rule("PARAMETER-GROUPS-1")]
    internal static void GroupsMoveByHyperparametersOfTheirOwn(Questions ask) => AsIfAlone(
        ask, [(Args(("lr", 0.125), ("weight_decay", 0)), [0]), (Args(("lr", 0.5), ("weight_decay", 0.25)), [2, 1])], Args(("lr", 0.25), ("weight_decay", 0.0625)));

    [Rule("PARAMETER-GROUPS-2")]
    internal static void WhatAGroupLacksIsTheArguments(Questions ask) => AsIfAlone(ask, [(Args(("lr", 0.5)), [0, 1, 2])], Args(("lr", 0.25), ("weight_decay", 0.375)));

    [Rule("PARAMETER-GROUPS-3")]
    internal static void TensorsInNoGroupMoveByTheArguments(Questions ask) => AsIfAlone(ask, [(Args(("lr", 0.25), ("weight_decay", 0)), [1])], Args(("lr", 0.25), ("weight_decay", 0.125)));

    [Rule("PARAMETER-GROUPS-4")]
    internal static void ATensorOfTwoGroupsIsRefused(Questions ask)
    {
        foreach (string op in Ops)
            Expect.Refused(ask, op, Asked(Start, Gradients, null, Args(("lr", 0.25)), [(Args(("lr", 0.5)), [0, 1]), (Args(("lr", 1)), [1])]), "groups");
    }

    // Two steps in groups, and each tensor's by a call of its own with the hyperparameters that are its own.
    private static void AsIfAlone(Questions ask, (JsonObject Own, int[] Tensors)[] groups, JsonObject general)
    {
        foreach (string op in Ops)
        {
            double[][] together = Start;
            JsonNode? state = null;
            for (int t = 0; t < 2; t++)
            {
                JsonObject answer = ask.Ask(op, Asked(together, Gradients, state, general, groups));
                together = [.. ((JsonArray)answer["params"]!).Select(row => ((JsonArray)row!).Select(Number).ToArray())];
                state = answer["state"]?.DeepClone();
            }

            for (int i = 0; i < Start.Length; i++)
            {
                var own = (JsonObject)general.DeepClone();
                foreach ((string name, JsonNode? value) in groups.Where(group => group.Tensors.Contains(i)).SelectMany(group => group.Own))
                    own[name] = value!.DeepClone();
                Expect.Same($"{op}: tensor {i} in its group and alone", together[i], ask.Run(op, Start[i], [Gradients[i], Gradients[i]], own)[^1]);
            }
        }
    }

    private static JsonObject Asked(double[][] theta, double[][] grads, JsonNode? state, JsonObject general, (JsonObject Own, int[] Tensors)[] groups)
    {
        var asked = (JsonObject)general.DeepClone();
        (asked["params"], asked["grads"], asked["state"]) = (Rows(theta), Rows(grads), state?.DeepClone());
        asked["groups"] = new JsonArray([.. groups.Select(group =>
        {
            var one = (JsonObject)group.Own.DeepClone();
            one["tensors"] = new JsonArray([.. group.Tensors.Select(tensor => (JsonNode)tensor)]);
            return (JsonNode)one;
        })]);
        return asked;
    }
}
