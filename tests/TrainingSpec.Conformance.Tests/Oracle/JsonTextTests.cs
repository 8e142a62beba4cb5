using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Reading a request in place: the same values as the runtime's document gives, and decimals compared exactly.</summary>
public sealed class JsonTextTests
{
    private static readonly string[] Blanks = ["", "", "", " ", "\t", " \r ", "\n"];
    private static readonly string[] Scalars = ["0", "-1.5e3", "true", "false", "null", "\"\"", "\"a\"", "\"],[\"", "\"\\\"\"", "\"\\\\\"", "\"\\u005d\"", "\"é\"", "{}", "{\"a\": [1, \"}\"]}"];

    [Test]
    public void Items_and_counts_are_those_of_the_document()
    {
        var random = new SplitMix(3);
        for (int i = 0; i < 3000; i++)
        {
            string text = List(random, 0);
            using var document = JsonDocument.Parse(text);
            var request = new RequestText();
            Assert.That(request.Read(Encoding.UTF8.GetBytes($$"""{"op": 1, "args": {"b": 0, "a": {{text}} } }""")), Is.True);
            Assert.That(request.Args.TryFind("a", out JsonText value), Is.True);
            Same(document.RootElement, value.Text.Span);
            Assert.That((value.Scalars, value.Lists), Is.EqualTo(Inside(document.RootElement)), text);
        }
    }

    [Test]
    public void Members_are_found_by_their_meaning_and_the_last_of_two_counts()
    {
        var request = new RequestText();
        Assert.That(request.Read(Encoding.UTF8.GetBytes("""{"\u006fp": "x", "args": {"a": 1, "\u0061": 2, "é": 3}}""")), Is.True);
        Assert.That(request.Request.TryFind("op", out JsonText op), Is.True);
        Assert.That(op.AsString(), Is.EqualTo("x"));
        Assert.That(request.Args.TryFind("a", out JsonText a), Is.True);
        Assert.That(JsonText.AsDouble(a.Text.Span), Is.EqualTo(2));
        Assert.That(request.Args.Stray(["a", "b"]), Is.EqualTo(("a", true)));
        Assert.That(request.Args.Stray(["b"]), Is.EqualTo(("a", false)));
        Assert.That(request.Args.TryFind("e", out _), Is.False);
    }

    [Test]
    public void A_decimal_is_compared_exactly()
    {
        var random = new SplitMix(4);
        for (int i = 0; i < 4000; i++)
        {
            // A number of 12 bits, a midpoint of narrow formats, and texts at it and close beside it.
            double near = Math.ScaleB((double)(random.Next() % 4096 + 1), (int)(random.Next() % (i % 2 == 0 ? 40u : 1900u)) - (i % 2 == 0 ? 20 : 950));
            string exact = Exact(near);
            int point = exact.IndexOf('.', StringComparison.Ordinal);
            string above = (point < 0 ? exact + "." : exact) + new string('0', (int)(random.Next() % 30)) + "1";
            foreach ((string text, int sign) in new[] { (exact, 0), ("-" + exact, 0), (above, 1), (exact + (point < 0 ? ".000" : "000"), 0), (exact + "e0", 0), (Scaled(exact, random), 0) })
                Assert.That(DecimalText.CompareMagnitude(Encoding.ASCII.GetBytes(text), near), Is.EqualTo(sign), text);
            string below = Exact(Math.BitDecrement(near));
            Assert.That(DecimalText.CompareMagnitude(Encoding.ASCII.GetBytes(below), near), Is.EqualTo(-1), below);
        }
    }

    [TestCase("1", "", 1.0)]
    [TestCase("0.", "1", 0.0)]
    [TestCase("2049.", "1", 2050.0)]
    [TestCase("2049.", "", 2048.0)]
    public void A_decimal_of_millions_of_digits_takes_no_longer_than_its_text(string start, string end, double expected)
    {
        string zeros = new('0', 3_000_000);
        string text = start + zeros + end + (start == "1" ? "e-3000000" : "");
        Assert.That(Ask.Row(Ask.Result("cast", $$"""{"x": [{{text}}], "to": "float32"}""", "float16").GetProperty("x"))[0], Is.EqualTo(expected));
    }

    private static string List(SplitMix random, int depth)
    {
        string Blank() => Blanks[random.Next() % (uint)Blanks.Length];
        int count = (int)(random.Next() % 5);
        IEnumerable<string> items = Enumerable.Range(0, count).Select(_ =>
            Blank() + (depth < 3 && random.Next() % 3 == 0 ? List(random, depth + 1) : Scalars[random.Next() % (random.Next() % 2 == 0 ? 2u : (uint)Scalars.Length)]) + Blank());
        return "[" + (count == 0 ? Blank() : "") + string.Join(",", items.ToArray()) + "]";
    }

    private static void Same(JsonElement expected, ReadOnlySpan<byte> actual)
    {
        Assert.That(Encoding.UTF8.GetString(actual), Is.EqualTo(expected.GetRawText()));
        Assert.That(JsonText.KindOf(actual), Is.EqualTo(expected.ValueKind));
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                Assert.That(JsonText.Count(actual), Is.EqualTo(expected.GetArrayLength()), expected.GetRawText());
                var items = new JsonItems(actual);
                foreach (JsonElement item in expected.EnumerateArray())
                {
                    Assert.That(items.MoveNext(), Is.True);
                    Same(item, items.Current);
                }

                Assert.That(items.MoveNext(), Is.False);
                break;
            case JsonValueKind.String:
                Assert.That(JsonText.AsString(actual), Is.EqualTo(expected.GetString()));
                Assert.That(Members.Is(actual, expected.GetString()!), Is.EqualTo(Ascii.IsValid(expected.GetString()!) || expected.GetRawText().Contains('\\', StringComparison.Ordinal)));
                break;
            case JsonValueKind.Number:
                Assert.That(JsonText.AsDouble(actual), Is.EqualTo(expected.GetDouble()));
                break;
        }
    }

    private static (long Scalars, long Lists) Inside(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => Sum(element.EnumerateArray()),
        JsonValueKind.Object => Sum(element.EnumerateObject().Select(m => m.Value)),
        _ => (1, 0),
    };

    private static (long Scalars, long Lists) Sum(IEnumerable<JsonElement> items)
    {
        (long, long)[] inside = [.. items.Select(Inside)];
        return (inside.Sum(x => x.Item1), 1 + inside.Sum(x => x.Item2));
    }

    // All digits of a positive number, by whole-number arithmetic: 2^-k = 5^k/10^k.
    private static string Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int power = (int)(bits >> 52) - 1075;
        BigInteger significand = (bits & ((1L << 52) - 1)) | 1L << 52;
        if (power >= 0)
            return (significand << power).ToString(CultureInfo.InvariantCulture);
        string digits = (significand * BigInteger.Pow(5, -power)).ToString(CultureInfo.InvariantCulture).PadLeft(1 - power, '0');
        return (digits[..^-power] + "." + digits[^-power..]).TrimEnd('0').TrimEnd('.');
    }

    // The same number with its point moved and an exponent that moves it back.
    private static string Scaled(string exact, SplitMix random)
    {
        int point = exact.IndexOf('.', StringComparison.Ordinal);
        string digits = exact.Replace(".", "", StringComparison.Ordinal);
        int shift = point < 0 ? 0 : exact.Length - point - 1;
        string whole = digits.TrimStart('0') + new string('0', (int)(random.Next() % 3));
        return whole + (random.Next() % 2 == 0 ? "E" : "e") + (-shift - (whole.Length - digits.TrimStart('0').Length)).ToString(CultureInfo.InvariantCulture);
    }
}
