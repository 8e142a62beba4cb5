using System.Text.Json.Nodes;
using TrainingSpec.Checking;

namespace TrainingSpec.Conformance.Judging;

/// <summary>What the arguments of one case are drawn from.</summary>
internal sealed class CaseDraw(SplitMix random, int size, int index)
{
    /// <summary>How many cases are the plain ones that vectors are made of; the later ones have rarer options and more requests.</summary>
    public const int Plain = 8;

    public int Size => size;

    public bool IsLate => index >= Plain;

    public int Below(int count) => random.Below(Math.Max(1, count));

    public string Of(params string[] words) => words[random.Below(words.Length)];

    // The first cases have no options: they show the operation itself; late ones have most of them, which tell more together.
    public JsonObject Maybe(JsonObject o, string name, Func<JsonNode> value)
    {
        if (index > 0 && (IsLate ? random.Below(4) > 0 : random.Below(2) == 0))
            o[name] = value();
        return o;
    }

    public JsonObject Maybe(JsonObject o, string name, Func<double> value) => Maybe(o, name, () => (JsonNode)value());

    public JsonObject Maybe(JsonObject o, string name, Func<bool> value) => Maybe(o, name, () => (JsonNode)value());

    public JsonObject Maybe(JsonObject o, string name, Func<int> value) => Maybe(o, name, () => (JsonNode)value());

    public JsonObject Maybe(JsonObject o, string name, Func<string> value) => Maybe(o, name, () => (JsonNode)value());

    // A multiple of 1/8, seldom 0, of magnitude up to the bound.
    public double Eighths(int bound) => random.Below(16) == 0 ? 0 : random.Sign() * (1 + random.Below(8 * bound)) / 8;

    public double Positive() => (1 + random.Below(64)) / 16.0;

    public double Share() => random.Below(32) / 32.0;

    // Sixteenths that add up to 1.
    public JsonArray Distribution(int classes)
    {
        int[] parts = new int[classes];
        for (int i = 0; i < 16; i++)
            parts[random.Below(classes)]++;
        return new([.. parts.Select(part => (JsonNode)(part / 16.0))]);
    }

    public double Rate() => Math.ScaleB(1 + random.Below(15), -4 - random.Below(7));

    public double Small() => Math.ScaleB(1, -random.Below(27));

    public JsonObject Flags(JsonObject o, params string[] names) => names.Aggregate(o, (all, name) => Maybe(all, name, () => random.Below(2) == 0));

    public JsonArray Row(int length, int bound) => new([.. Enumerable.Range(0, length).Select(_ => (JsonNode)Eighths(bound))]);

    public JsonArray Tensor() => Row(size, 4);

    public JsonArray Logits() => Row(1 + size, 8);

    public JsonArray Matrix(int rows, int columns, int bound) => new([.. Enumerable.Range(0, rows).Select(_ => (JsonNode)Row(columns, bound))]);

    public JsonArray Tensors()
    {
        var lengths = Enumerable.Range(0, 1 + random.Below(2)).Select(i => i == 0 ? size : 1 + random.Below(size)).ToArray();
        return new([.. lengths.Select(n => (JsonNode)Row(n, 4))]);
    }

    public JsonArray Like(JsonArray tensors) => new([.. tensors.Select(t => (JsonNode)Row(((JsonArray)t!).Count, 4))]);

    public JsonArray Whole(int count, int below) => new([.. Enumerable.Range(0, count).Select(_ => (JsonNode)random.Below(below))]);

    public JsonArray Words(int count) => new([.. Enumerable.Range(0, count).Select(_ => (JsonNode)(long)(uint)random.Next())]);

    public JsonArray Losses(int count) => new([.. Enumerable.Range(0, count).Select(i => (JsonNode)(4 - i / 4.0 + Eighths(1)))]);

    // Losses, of which late cases have some that are no number, and some that are equal.
    public JsonArray Metrics(int count) => !IsLate ? Losses(count) : new([.. Enumerable.Range(0, count).Select(_ => random.Below(12) == 0 ? (JsonNode)"NaN" : (1 + random.Below(24)) / 8.0)]);

    // Losses that fall and then rise, some to many times the least one, some below 0.
    public JsonArray Swinging(int count)
    {
        bool isBelow = random.Below(3) == 0;
        int turn = random.Below(count);
        return new([.. Enumerable.Range(0, count).Select(i => (JsonNode)((i <= turn ? 4 - 3.0 * i / count : Math.ScaleB(1, i - turn)) + Eighths(1) / 4 - (isBelow ? 4 : 0)))]);
    }

    public JsonObject Stream(JsonObject o, bool withStream = true, bool withOffset = true)
    {
        o["seed"] = random.Below(1 << 20);
        if (withStream)
            Maybe(o, "stream", () => random.Below(4));
        if (withStream && withOffset)
            Maybe(o, "offset", () => random.Below(9));
        return o;
    }
}
