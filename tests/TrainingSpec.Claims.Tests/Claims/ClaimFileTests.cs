using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Claims files: what is read, and how damage is told.</summary>
public class ClaimFileTests
{
    private const string Good =
        """{"id": "D4-001", "lines": [3, 4], "section": "S", "topic": "t", "kind": "k", "statement": "s", "given": {"a": 1.5}, "printed": {}, "check": "c"}""";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("claims").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void TheDocumentsHave803Claims() =>
        Assert.That(ClaimFile.Documents.Sum(d => ClaimFile.Read(d).Count), Is.EqualTo(803));

    [Test]
    public void AGoodFileIsRead()
    {
        Claim claim = Read($"[{Good}]").Single();
        Assert.That(claim.Id, Is.EqualTo("D4-001"));
        Assert.That(claim.Lines, Is.EqualTo((3, 4)));
        Assert.That(claim.GivenExact("a"), Is.EqualTo(new Rational(3, 2)));
    }

    // Two thousand million steps of a schedule would be computed for hours before anything is said.
    [TestCase("2000000", true)]
    [TestCase("-2000000", true)]
    [TestCase("2000001", false)]
    [TestCase("-2147483648", false)]
    public void ACountThatNoCheckGoesThroughIsRefusedByName(string count, bool isRead)
    {
        Claim claim = Read($"[{Good.Replace("1.5", count, StringComparison.Ordinal)}]").Single();
        if (isRead)
            Assert.That(claim.GivenInteger("a"), Is.EqualTo(int.Parse(count, CultureInfo.InvariantCulture)));
        else
            Assert.That(() => claim.GivenInteger("a"), Throws.TypeOf<ClaimDataException>().With.Message.EqualTo($"D4-001: given.a = {count} is outside [-2000000, 2000000]"));
    }

    [Test]
    public void BadJsonNamesTheFileAndLine() => Refuses($"[{Good},\n{{\"id\": ", "D4.json", "line 2");

    [TestCase("id", "claim 1", "id")]
    [TestCase("lines", "claim 1", "lines")]
    [TestCase("section", "claim 1", "section")]
    [TestCase("statement", "claim 1", "statement")]
    [TestCase("given", "claim 1", "given")]
    [TestCase("printed", "claim 1", "printed")]
    [TestCase("check", "claim 1", "check")]
    public void AMissingFieldIsNamed(string field, string claim, string named) => Refuses(With(o => o.Remove(field)), "D4.json", claim, named);

    [TestCase("id")]
    [TestCase("lines")]
    [TestCase("statement")]
    [TestCase("given")]
    public void AValueOfTheWrongTypeIsNamed(string field) => Refuses(With(o => o[field] = 7), "D4.json", "claim 1");

    [Test]
    public void ALineThatIsNoNumberIsNamed() => Refuses(With(o => o["lines"] = new JsonArray("a", "b")), "D4.json", "claim 1");

    [Test]
    public void AClaimThatIsNoObjectIsNamed() => Refuses($"[{Good}, 3]", "D4.json", "claim 1");

    [Test]
    public void TheSameIdTwiceIsNamed() => Refuses($"[{Good}, {Good}]", "D4.json", "D4-001", "twice");

    [Test]
    public void AKeyTwiceIsDamage() => Refuses($"[{Good.Replace("\"kind\"", "\"topic\"", StringComparison.Ordinal)}]", "D4.json", "damaged", "topic");

    // A good claim is read whatever stands beside it; a doubled one is not, since nobody knows which is meant.
    [Test]
    public void BadClaimsLeaveTheGoodOnesReadable()
    {
        string doubled = Good.Replace("D4-001", "D4-002", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "D4.json"), $"[{Good}, 3, {doubled}, {doubled}]");
        ClaimDocument read = ClaimFile.Load("D4", _folder);
        Assert.That(read.Claims.Select(c => c.Id), Is.EqualTo(new[] { "D4-001" }));
        Assert.That(read.Problems.Select(p => p.Id), Is.EqualTo(new[] { null, "D4-002" }));
        Assert.That(read.Readable, Is.True);
    }

    [Test]
    public void AClaimOfAnotherDocumentIsNamed() => Refuses(With(o => o["id"] = "D3-001"), "D4.json", "D3-001");

    [TestCase("7")]
    [TestCase("D4001")]
    [TestCase("")]
    public void AnIdOfAnotherFormIsNamed(string id) => Refuses(With(o => o["id"] = id), "D4.json", "claim 1");

    [Test]
    public void AMissingFileIsNamed() =>
        Assert.That(() => ClaimFile.Read("D4", _folder), Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4.json"));

    [Test]
    public void MissingFactsAreNamed() =>
        Assert.That(() => DocumentFacts.Read(_folder, "D4")["headings"], Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4.json").And.Message.Contains("headings"));

    [Test]
    public void FactsOfSeveralFilesAreOneAndAKeyInTwoOfThemIsDamage()
    {
        string facts = Directory.CreateDirectory(Path.Combine(_folder, "facts")).FullName;
        File.WriteAllText(Path.Combine(facts, "D4.json"), """{"a": {"b": [1, 2]}}""");
        File.WriteAllText(Path.Combine(facts, "D4-code.json"), """{"c": "d"}""");
        DocumentFacts read = DocumentFacts.Read(_folder, "D4");
        Assert.That(read["a"]["b"][1].Integer, Is.EqualTo(2));
        Assert.That(() => read["c"].Integer, Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-code.json").And.Message.Contains("c is not a whole number"));
        Assert.That(() => read["a"]["b"][2], Throws.TypeOf<ClaimDataException>().With.Message.Contains("a/b/2 is missing"));
        File.WriteAllText(Path.Combine(facts, "D4-more.json"), """{"c": "e"}""");
        Assert.That(() => DocumentFacts.Read(_folder, "D4")["a"], Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-more.json: c stands in D4-code.json as well"));
    }

    [Test]
    public void AFolderOfFactsThatMayNotBeReadIsToldWhereFactsAreNeeded()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("only Linux lets a thread read as another user");
            return;
        }

        string facts = Directory.CreateDirectory(Path.Combine(_folder, "facts")).FullName;
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(facts, UnixFileMode.None);

        // On a thread of its own, which ends with it. Root may read all; nobody may not, and a user may not read where no one may.
        Task<DocumentFacts> reading = Task.Factory.StartNew(
            () =>
            {
                _ = SetFileUser(65534);
                return DocumentFacts.Read(_folder, "D4");
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(facts, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(() => reading.Result["D4-001"], Throws.TypeOf<ClaimDataException>().With.Message.Contains(facts).And.Message.Contains("denied"));
    }

    [Test]
    public void AnUnknownDocumentIsRefused() =>
        Assert.That(() => ClaimFile.Read("D9"), Throws.ArgumentException.With.Message.Contains("D9").And.Message.Contains("D0, D1, D2, D3, D4"));

    [Test]
    public void AMissingNumberNamesClaimAndKey()
    {
        Claim claim = Read($"[{Good}]").Single();
        Assert.That(() => claim.GivenExact("b"), Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-001").And.Message.Contains("given.b"));
        Assert.That(() => claim.PrintedNumber("c"), Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-001").And.Message.Contains("printed.c"));
    }

    private static string With(Action<JsonObject> damage)
    {
        JsonObject other = JsonNode.Parse(Good.Replace("D4-001", "D4-002", StringComparison.Ordinal))!.AsObject();
        damage(other);
        return $"[{Good}, {other.ToJsonString()}]";
    }

    private IReadOnlyList<Claim> Read(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "D4.json"), text);
        return ClaimFile.Read("D4", _folder);
    }

    private void Refuses(string text, params string[] named)
    {
        var thrown = Assert.Throws<ClaimDataException>(() => Read(text));
        Assert.That(thrown!.Message, Does.Not.Contain("\n"));
        foreach (string part in named)
            Assert.That(thrown.Message, Does.Contain(part));
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileUser(int user);
}
