using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The protocol's coefficients beside the distances that come of the operations themselves.</summary>
internal sealed class DistanceTests
{
    private const ulong Seed = 7;
    private const int Cases = 10;

    // Those that ask many numbers compare none of them with another.
    private static readonly RuleCheck[] Checks = [.. RuleChecks.All.Where(c => BookRules.All.Any(r => r.Id == c.Rule && r.Level != "statistical"))];

    // The roundings of zeros.
    private const double Subnormal = 64 * double.Epsilon;

    // What is drawn beyond what the protocol's coefficients hold for.
    private static readonly string[] Beyond =
    [
        // Rows of two numbers that are nearly equal are normalized, and once more in the next block.
        "gpt.loss grads",
        "gpt.loss loss",
    ];

    [Test]
    public void No_coefficient_of_the_protocol_is_narrower_than_the_roundings_of_its_operation()
    {
        var reference = new ReferenceImplementation();
        var narrow = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var derived = new HashSet<string>(StringComparer.Ordinal);
        foreach (string op in CaseRequests.Operations)
        {
            for (int i = 0; i < Cases; i++)
                Follow(reference, op, CaseRequests.Drawn(op, Seed, i), narrow, derived);
        }

        // For what none is drawn, as for a formula that the recipe adds, there is what the rules ask.
        IEnumerable<string> Undrawn() => MemberEquality.All.Where(r => r.Kind == EqualityKind.Near && !derived.Contains($"{r.Operation} {r.Member}")).Select(r => r.Operation);
        string[] undrawn = [.. Undrawn()];
        foreach (RuleCheck check in Checks.Where(c => RuleChecks.OperationsOf(c).Overlaps(undrawn)))
        {
            var heard = new Recording(reference);
            check.Check(new Questions(heard));
            foreach (Exchange asked in heard.Exchanges.Where(e => undrawn.Contains(e.Op) && e.Result is not null && e.Args["state"] is null))
                Compare(asked.Op, asked.Args, asked.Result!, Distances.Of("float64", asked.Op, asked.Args, new Dictionary<double, double>()), narrow, derived);
        }

        Assert.Multiple(() =>
        {
            Assert.That(narrow.Where(n => !Beyond.Contains(n.Key)).Select(n => FormattableString.Invariant($"{n.Key}: {n.Value:G3} times the stated")), Is.Empty);
            Assert.That(Beyond.Except(narrow.Keys), Is.Empty, "no longer beyond");

            Assert.That(Undrawn(), Is.Empty, "nothing to hold a coefficient against: neither drawn cases (CaseRequests) nor the rules ask what rounds");
        });
    }

    [Test]
    public void A_rounding_of_each_number_is_kept() =>
        Assert.That(
            Checks.Select(c => (c.Rule, Fault: Fault(c, x => Math.BitIncrement(x)) ?? Fault(c, x => Math.BitDecrement(x)))).Where(c => c.Fault?.Allowed > 0).Select(c => $"{c.Rule}: {c.Fault!.Message}"),
            Is.Empty);

    // Where nothing is derived a check allows nothing, and calls one who rounds broken.
    [Test]
    public void What_a_check_asks_has_its_distances()
    {
        var without = new SortedSet<string>(StringComparer.Ordinal);
        foreach (RuleCheck check in Checks)
        {
            var questions = new Questions(new ReferenceImplementation());
            check.Check(questions);
            without.UnionWith(questions.Underived);
        }

        Assert.That(without, Is.Empty);
    }

    [Test]
    public void What_is_wrong_in_the_tenth_digit_is_broken()
    {
        string[] Broken(double share) => [.. Checks.Where(c => Fault(c, WrongBy(share))?.Allowed > 0).Select(c => c.Rule)];

        // Of numbers about 1e8 that lie 2 apart eight digits are left.
        Assert.That(Broken(1e-3).Except(Broken(1e-10)), Is.EqualTo(new[] { "LAYER-NORM-5" }));
    }

    [TestCase(0)]
    [TestCase(1e-300)]
    public void No_answer_leaves_a_check_without_a_verdict(double answer) =>
        Assert.That(() => Checks.Count(c => c.Broken(new Changed(_ => answer)) is null), Is.InRange(1, Checks.Length / 2));

    private static RuleBrokenException? Fault(RuleCheck check, Func<double, double> change)
    {
        try
        {
            check.Check(new Questions(new Changed(change)));
        }
        catch (RuleBrokenException e)
        {
            return e;
        }
        catch (OracleException)
        {
            // What can't be asked any more is no number that is compared.
        }

        return null;
    }

    // No two numbers are wrong by the same share, so that no quotient takes it out.
    private static Func<double, double> WrongBy(double share)
    {
        int count = 0;
        return x => x * (1 + share * (1 + count * (5 + count++) % 11));
    }

    // Each step goes on from the right parameters, as the protocol compares it, and from a state that carries its own roundings.
    private static void Follow(ReferenceImplementation reference, string op, IEnumerable<JsonObject> steps, SortedDictionary<string, double> narrow, HashSet<string> derived)
    {
        JsonNode? state = null, carried = null, parameters = null;
        foreach (JsonObject drawn in steps)
        {
            var args = (JsonObject)drawn.DeepClone();
            if (parameters is not null)
                args["params"] = parameters.DeepClone();
            var followed = (JsonObject)args.DeepClone();
            if (CaseRequests.Stateful.Contains(op))
                (args["state"], followed["state"]) = (state?.DeepClone(), carried?.DeepClone());
            JsonObject answer;
            try
            {
                answer = reference.Answer(op, args);
            }
            catch (OracleException)
            {
                return;
            }

            JsonObject? distances = Distances.Of("float64", op, followed, new Dictionary<double, double>());
            Compare(op, args, answer, distances, narrow, derived);
            if (!CaseRequests.Stateful.Contains(op))
                return;
            (state, carried, parameters) = (answer["state"]?.DeepClone(), distances?["state"]?.DeepClone(), answer["params"]?.DeepClone());
        }
    }

    private static void Compare(string op, JsonObject args, JsonObject answer, JsonObject? distances, SortedDictionary<string, double> narrow, HashSet<string> derived)
    {
        foreach (MemberEquality rule in MemberEquality.All.Where(r => r.Operation == op && r.Kind == EqualityKind.Near && answer[r.Member] is not null))
        {
            double stated = AnswerEquality.Bound(op, "float64", args, answer, rule.Member).Within;
            double distance = distances?[rule.Member] is { } member ? Leaves(member).Max(Questions.Number) : 0;
            if (distance > Subnormal)
                derived.Add($"{op} {rule.Member}");
            if (distance > stated + Subnormal)
                narrow[$"{op} {rule.Member}"] = Math.Max(distance / stated, narrow.GetValueOrDefault($"{op} {rule.Member}"));
        }
    }

    private static IEnumerable<JsonNode> Leaves(JsonNode node) => node switch
    {
        JsonArray all => all.OfType<JsonNode>().SelectMany(Leaves),
        JsonObject all => all.Select(m => m.Value).OfType<JsonNode>().SelectMany(Leaves),
        _ => [node],
    };

    // The reference with each number changed that the protocol compares by roundings.
    private sealed class Changed(Func<double, double> change) : IImplementation
    {
        private readonly ReferenceImplementation _right = new();

        public string Name => "changed";

        public JsonObject Answer(string op, JsonObject args)
        {
            JsonObject answer = _right.Answer(op, args);
            foreach (MemberEquality rule in MemberEquality.All.Where(r => r.Operation == op && r.Kind == EqualityKind.Near && answer[r.Member] is not null))
                answer[rule.Member] = Of(answer[rule.Member]!);
            return answer;
        }

        private JsonNode? Of(JsonNode? node) => node switch
        {
            JsonArray all => new JsonArray([.. all.Select(Of)]),
            JsonObject all => new JsonObject(all.Select(m => KeyValuePair.Create(m.Key, Of(m.Value)))),
            JsonValue number when number.TryGetValue(out double value) => Questions.Array(change(value))[0]!.DeepClone(),
            _ => node?.DeepClone(),
        };
    }
}
