using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Vectors;
#if HAS_JSONSCHEMA
using Json.Schema;
#endif

namespace TrainingSpec.Conformance.Tests.Vectors;

/// <summary>The vectors are what the rules ask and the reference answers, and keep their schema.</summary>
public sealed class VectorTests
{
    private const long MostBytes = 3_000_000;

    // Each of them breaks a rule about several answers, or about more than a vector holds: no single answer is wrong.
    private static readonly string[] Unkilled =
    [
        "accumulate-divides-by-full-window", "accumulate-drops-last-window", "accumulate-never-zeroed", "adam-mutates-state", "adam-state-of-fifteen-digits",
        "average-state-of-fifteen-digits", "batches-cyclic-shuffle", "batches-hidden-generator", "batches-naive-shuffle", "batches-same-order-each-epoch", "bce-gradient-by-difference",
        "elu-by-exponential", "gelu-by-erf", "loss-scale-clips-before-unscaling", "normal-clipped", "schedule-advances-per-micro-batch", "schedule-cosine-lifted",
        "schedule-counts-in-double", "sgd-state-of-fifteen-digits", "uniform-repeats-neighbours",
    ];

    [Test]
    public async Task The_files_are_what_this_build_computes()
    {
        foreach (GoldenDocument document in VectorFiles.Documents())
            await GoldenFile.Verify(document);
    }

    [Test]
    public void The_reference_keeps_every_vector_of_the_files()
    {
        var states = new Dictionary<string, JsonNode?>();
        var reference = new ReferenceImplementation();
        foreach (JsonObject vector in VectorFile.Vectors)
            Assert.That(VectorFile.Departure(reference, vector, states), Is.Null, vector.ToJsonString());
    }

    [Test]
    public void What_a_vector_kills_departs_from_it()
    {
        var right = new ReferenceImplementation();
        string[] some = [.. WrongSuite.All.Keys.Order(StringComparer.Ordinal).Where((_, i) => i % 7 == 0)];
        int killed = 0;
        foreach (string name in some)
        {
            foreach (IGrouping<string, JsonObject> operation in VectorFile.Vectors.Where(v => (string)v["dtype"]! == "float64").GroupBy(v => (string)v["op"]!))
            {
                var states = new Dictionary<string, JsonNode?>();
                var runs = new Dictionary<string, IImplementation>();
                if (!WrongSuite.All[name].Create().ContainsKey(operation.Key))
                    continue;
                foreach (JsonObject vector in operation.Where(v => v["state_from"] is null || states.ContainsKey((string)v["state_from"]!)))
                {
                    IImplementation asked = runs[(string)vector["id"]!] = vector["state_from"] is { } from ? runs[(string)from!] : WrongSuite.All[name].Over(right);
                    string? departure;
                    try
                    {
                        departure = VectorFile.Departure(asked, vector, states);
                    }
                    catch (ArgumentException)
                    {
                        departure = "no answer";
                    }

                    if (!VectorFile.Texts(vector["kills"]).Contains(name))
                        continue;
                    Assert.That(departure, Is.Not.Null, $"{vector["id"]} and {name}");
                    killed++;
                }
            }
        }

        Assert.That(killed, Is.GreaterThan(100));
    }

    [Test]
    public void Every_wrong_implementation_that_one_answer_can_show_is_killed()
    {
        HashSet<string> killed = [.. VectorFile.Vectors.SelectMany(v => VectorFile.Texts(v["kills"]))];
        Assert.That(WrongSuite.All.Keys.Except(killed), Is.EquivalentTo(Unkilled));
        Assert.That(killed.Except(WrongSuite.All.Keys), Is.Empty);
    }

    [Test]
    public void Ids_are_one_vectors_own_and_states_come_from_earlier_ones()
    {
        HashSet<string> known = [];
        foreach ((string name, JsonObject file) in VectorFile.All)
        {
            foreach (JsonObject vector in VectorFile.VectorsOf(file))
            {
                Assert.That((string)vector["op"]!, Is.EqualTo(name));
                if (vector["state_from"] is { } from)
                    Assert.That(known, Does.Contain((string)from!));
                Assert.That(known.Add((string)vector["id"]!), Is.True, (string)vector["id"]!);
                Assert.That(VectorFile.Texts(vector["rules"]), Is.SubsetOf(BookRules.All.Select(r => r.Id)));
            }
        }

        Assert.That(VectorFile.All.Select(f => f.Name), Is.SupersetOf(CaseRequests.Operations).And.SubsetOf(Protocol.Operations));
        Assert.That(VectorFile.All.Sum(f => f.File.ToJsonString().Length), Is.LessThan(MostBytes));
    }

    [Test]
    public void Every_rule_that_can_be_asked_has_vectors()
    {
        HashSet<string> asked = [.. VectorFile.Vectors.SelectMany(v => VectorFile.Texts(v["rules"]))];
        Assert.That(BookRules.All.Where(r => r.Level != "statistical" && !asked.Contains(r.Id)).Select(r => r.Id), Is.Empty);
        Assert.That(BookRules.All.Where(r => r.Level == "statistical" && asked.Contains(r.Id)), Is.Empty);
    }

    [Test]
    public void The_books_rules_are_those_of_the_chapters() =>
        Assert.That(BookRules.All, Is.EquivalentTo(global::Spec.Cli.Commands.ConformCommand.AllRules()));

    [Test]
    public void The_files_keep_their_schema()
    {
#if HAS_JSONSCHEMA
        var schema = JsonSchema.FromText(VectorFile.Schema);
        foreach ((string name, JsonObject file) in VectorFile.All)
            Assert.That(Keeps(schema, file), Is.True, name);

        // What is spoiled does not.
        Action<JsonObject>[] spoils =
        [
            v => v.Remove("id"),
            v => v["id"] = "softmax-1",
            v => v["level"] = "statistical",
            v => v["dtype"] = "float16",
            v => v["args"]!["state"] = null,
            v => v["refusal"] = new JsonObject { ["kind"] = "non-finite", ["argument"] = null },
            v => v.Remove("tolerance"),
            v => v["tolerance"]!["probs"]!.AsObject().Remove("within"),
            v => v["tolerance"]!["probs"]!["equal"] = "about",
            v => v["extra"] = 1,
        ];
        foreach (Action<JsonObject> spoil in spoils)
        {
            var file = (JsonObject)VectorFile.All.Single(f => f.Name == "softmax").File.DeepClone();
            spoil(VectorFile.VectorsOf(file).First());
            Assert.That(Keeps(schema, file), Is.False, VectorFile.VectorsOf(file).First().ToJsonString());
        }
#else
        Assert.Ignore("JsonSchema.Net is not in this feed: the files are held against their schema where it is");
#endif
    }

    // `golden check vectors` says the same of what would be written.
    [Test]
    [Category(Deep.Category)]
    public void Dump_writes_the_files_that_are_golden()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        (int code, string output, string error) = Run("dump", folder);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith($"{VectorFile.All.Count} operations, {VectorFile.Vectors.Count()} vectors in "));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(VectorFile.All.Count + 1));
        Assert.That(File.ReadAllText(Path.Combine(folder, "schema.json")), Is.EqualTo(VectorFile.Schema));
        foreach ((string name, JsonObject file) in VectorFile.All)
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name + ".json"))), file), Is.True, name);
        Directory.Delete(folder, true);
    }

    [Test]
    public void A_folder_that_is_none_is_refused()
    {
        (int code, string output, string error) = Run("dump", typeof(VectorTests).Assembly.Location);
        Assert.That((code, output, error.Trim().Split('\n').Length), Is.EqualTo((2, "", 1)));
        Assert.That(error, Does.Contain("is no folder"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(["vectors", .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }

#if HAS_JSONSCHEMA
    private static bool Keeps(JsonSchema schema, JsonObject file)
    {
        using JsonDocument document = JsonDocument.Parse(file.ToJsonString());
        return schema.Evaluate(document.RootElement).IsValid;
    }
#endif
}
