using System.Text;
using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Sends lines to the oracle and reads its answers.</summary>
internal static class Ask
{
    public static string[] Lines(byte[] input, int limit = Protocol.MaxLineBytes)
    {
        using var output = new MemoryStream();
        using var stream = new MemoryStream(input);
        OracleStream.Run(stream, output, limit);
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.That(text, Is.Empty.Or.EndsWith("\n"));
        return text.Split('\n')[..^1];
    }

    public static string[] Lines(string input, int limit = Protocol.MaxLineBytes) => Lines(Encoding.UTF8.GetBytes(input), limit);

    public static JsonElement One(string line)
    {
        string[] answers = Lines(line.ReplaceLineEndings(" ") + "\n");
        Assert.That(answers, Has.Length.EqualTo(1));
        return JsonDocument.Parse(answers[0]).RootElement;
    }

    public static JsonElement Op(string op, string args, string dtype = "float64") =>
        One($$"""{"id": 1, "op": "{{op}}", "dtype": "{{dtype}}", "args": {{args}}}""");

    public static JsonElement Result(string op, string args, string dtype = "float64")
    {
        JsonElement answer = Op(op, args, dtype);
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.True, answer.ToString());
        return answer.GetProperty("result");
    }

    public static double[] Row(JsonElement list) => [.. list.EnumerateArray().Select(Number)];

    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : element.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => throw new FormatException(element.ToString()),
    };

    public static (string? Kind, string? Argument) Fault(JsonElement answer)
    {
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.False, answer.ToString());
        JsonElement error = answer.GetProperty("error");
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty.And.Not.Contains("\n").And.Not.Contains("(Parameter '"));
        return (error.GetProperty("kind").GetString(), error.GetProperty("argument").GetString());
    }
}
