using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Parameter groups as they go wrong.</summary>
internal static class WrongParameterGroups
{
    private static readonly string[] Ops = ["sgd.step", "adam.step", "adamw.step"];

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("groups-share-the-first-rate", "PARAMETER-GROUPS-1", "every group moves at the first one's rate, as where a schedule sets param_groups[0] alone", (groups, _) =>
        {
            foreach (JsonObject group in groups.Skip(1).Where(group => group.ContainsKey("lr")))
                group["lr"] = groups[0]["lr"]?.DeepClone();
        }),
        Mistake("groups-forget-the-arguments", "PARAMETER-GROUPS-2", "what a group does not set is 0 and not what the arguments say", (groups, _) =>
        {
            foreach (JsonObject group in groups)
                group["weight_decay"] ??= 0;
        }),
        Mistake("groups-freeze-the-rest", "PARAMETER-GROUPS-3", "tensors in no group never move, as parameters that were not handed to the optimizer", (groups, args) =>
        {
            int[] rest = [.. Enumerable.Range(0, ((JsonArray)args["params"]!).Count).Except(groups.SelectMany(group => ((JsonArray)group["tensors"]!).Select(tensor => (int)tensor!)))];
            ((JsonArray)args["groups"]!).Add(new JsonObject { ["tensors"] = new JsonArray([.. rest.Select(tensor => (JsonNode)tensor)]), ["lr"] = 0 });
        }),
        Mistake("groups-take-a-tensor-twice", "PARAMETER-GROUPS-4", "a tensor of two groups is the first one's, and nobody hears of it", (groups, _) =>
        {
            var taken = new HashSet<int>();
            foreach (JsonObject group in groups)
                group["tensors"] = new JsonArray([.. ((JsonArray)group["tensors"]!).Select(tensor => (int)tensor!).Where(taken.Add).ToArray().Select(tensor => (JsonNode)tensor)]);
        }) with { Accepts = ["groups"] },
    ];

    private static WrongImplementation Mistake(string name, string breaks, string story, Action<JsonObject[], JsonObject> distort) =>
        new(name, breaks.Split(' '), story, () => Ops.ToDictionary(op => op, op => (Distortion)((right, args) =>
        {
            if (args["groups"] is JsonArray { Count: > 0 } groups)
                distort([.. groups.Select(group => (JsonObject)group!)], args);
            return right.Answer(op, args);
        })));
}
