using System.Text.Json.Nodes;
using Spec.Cli.Conformance;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Peers;

/// <summary>What can be checked of the page of found bugs without the libraries: its form, and that what it calls right is what the reference answers.</summary>
public sealed class FoundBugTests
{
    private static readonly string Page = Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "found-bugs.md");

    private static IReadOnlyList<FoundBug> All { get; } = FoundBugs.Read(Page);

    private static IEnumerable<string> Titles => All.Select(b => b.Title);

    [TestCaseSource(nameof(Titles))]
    public void What_is_called_right_is_what_the_reference_answers(string title)
    {
        FoundBug bug = All.Single(b => b.Title == title);
        Assert.That(bug.Blocks.Keys, Is.EquivalentTo(new[] { "request", "answer", "right" }));
        JsonObject request = bug.Blocks["request"], right = bug.Blocks["right"], answer = bug.Blocks["answer"];
        JsonObject asked = LastAnswer(request);
        Assert.That(right, Is.Not.Empty);
        if (right["error"] is { } error)
        {
            Assert.That(asked["error"]!.ToJsonString(), Is.EqualTo(error.ToJsonString()));
            Assert.That(answer["error"]?["kind"]?.ToJsonString(), Is.Not.EqualTo(error["kind"]!.ToJsonString()), "what is called wrong is refused alike");
            return;
        }

        Assert.That(asked, Does.Not.ContainKey("error"));
        (string op, string dtype) = ((string)request["op"]!, (string)request["dtype"]!);
        foreach ((string member, JsonNode? value) in right)
            Assert.That(Flat(value), Is.EqualTo(Flat(asked[member])), $"{op} in {dtype}: {member}");
        Assert.That(right.Any(m => !Flat(m.Value).SequenceEqual(Flat(answer[m.Key]))), "what is called wrong is right");
    }

    [Test]
    public void Each_entry_names_what_exists_once_and_says_whether_it_was_known()
    {
        using var scope = Assert.EnterMultipleScope();
        string[] items = [.. BookRules.All.Select(r => r.Id), .. CaseRequests.Operations];
        foreach (FoundBug bug in All)
        {
            Assert.That(bug.Where.Select(w => w.Item).Except(items), Is.Empty, bug.Title);
            Assert.That(bug.Status, Does.Match("^(documented|known|new)\\b"), bug.Title);
            Assert.That(!bug.Status.StartsWith("known", StringComparison.Ordinal) || bug.Status.Contains('#', StringComparison.Ordinal), $"{bug.Title}: known where?");
            Assert.That(bug.InShort, Does.EndWith("."), bug.Title);
        }

        Assert.That(All.SelectMany(b => b.Where), Is.Unique);
        Assert.That(All.Select(b => b.Anchor), Is.Unique);
    }

    [TestCase("## A\n\n- **Where**: a: SGD-1\n- **Status**: new\n", "has no line '- **In short**: …'")]
    [TestCase("## A\n\n- **Where**: SGD-1\n- **Status**: new\n- **In short**: b.\n", "is no 'library: rule, operation'")]
    [TestCase("## A\n\n- **Where**: a: SGD-1\n- **Status**: new\n- **In short**: b.\n\n```json right\n[1]\n```\n", "the right of 'A' is no JSON object")]
    public void A_part_that_lacks_something_is_refused_by_its_line(string page, string why)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, page);
            Assert.That(() => FoundBugs.Read(file), Throws.ArgumentException.With.Message.Contains(why).And.Message.Contains("line 1"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Each step goes on from the parameters and the state of the one before.
    private static JsonObject LastAnswer(JsonObject request)
    {
        var reference = new ReferenceImplementation();
        JsonObject first = (JsonObject)request["args"]!;
        JsonObject answer = Ask(first);
        foreach (JsonNode? step in request["then"] as JsonArray ?? [])
        {
            var args = (JsonObject)first.DeepClone();
            foreach ((string name, JsonNode? value) in (JsonObject)step!)
                args[name] = value?.DeepClone();
            args["params"] = answer["params"]!.DeepClone();
            args["state"] = answer["state"]!.DeepClone();
            answer = Ask(args);
        }

        return answer;

        JsonObject Ask(JsonObject args)
        {
            try
            {
                return reference.Answer((string)request["op"]!, (string)request["dtype"]!, args);
            }
            catch (OracleException e)
            {
                return new() { ["error"] = new JsonObject { ["kind"] = e.Word, ["argument"] = e.Argument } };
            }
        }
    }

    private static IEnumerable<object?> Flat(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Flat),
        null => [null],
        _ => [Questions.Number(node)],
    };
}
