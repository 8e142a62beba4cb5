using System.Diagnostics;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>A program that hangs, dies, floods or answers rubbish costs the question that it was asked, and is started again for the next one.</summary>
[Platform(Exclude = "Win", Reason = "the programs are shell scripts")]
public sealed class PeerProcessTests
{
    private const string Answered = """{"id":ID,"ok":true,"result":{"value":1}}""";

    // Reads a line, takes its number from it, and does what the case says.
    private const string Loop = """while read -r line; do id=$(printf %s "$line" | sed 's/.*"id":\([0-9]*\).*/\1/'); """;

    [Test]
    public void An_answer_is_read()
    {
        using PeerProcess peer = Peer(Reply(Answered));
        for (int i = 0; i < 3; i++)
            Assert.That((int)peer.Answer("softmax", [])["value"]!, Is.EqualTo(1));
        Assert.That(peer.Failures, Is.Zero);
    }

    [TestCase("""{"id":ID,"ok":false,"error":{"kind":"unsupported","argument":"dtype","message":"no"}}""", ErrorKind.Unsupported, "dtype")]
    [TestCase("""{"id":ID,"ok":false,"error":{"kind":"unknown-op"}}""", ErrorKind.UnknownOp, null)]
    public void A_refusal_is_read(string answer, ErrorKind kind, string? argument)
    {
        using PeerProcess peer = Peer(Reply(answer));
        OracleException refused = Assert.Throws<OracleException>(() => peer.Answer("softmax", []))!;
        Assert.That((refused.Kind, refused.Argument), Is.EqualTo((kind, argument)));
        Assert.That(peer.Answers, Is.EqualTo(1), "a refusal is an answer");
    }

    [TestCase("""{"id":7777,"ok":true,"result":{}}""", "another request")]
    [TestCase("""{"id":ID,"ok":true}""", "without a result")]
    [TestCase("""{"id":ID,"ok":true,"result":[1]}""", "without a result")]
    [TestCase("""{"id":ID,"ok":"yes","result":{}}""", "neither true nor false")]
    [TestCase("""{"id":ID,"ok":false}""", "without a kind")]
    [TestCase("""{"id":ID,"ok":false,"error":{"kind":"sorry"}}""", "unknown kind")]
    public void An_answer_off_the_protocol_is_malformed(string answer, string why)
    {
        using PeerProcess peer = Peer(Reply(answer));
        NoAnswerException none = Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!;
        Assert.That(none.Status, Is.EqualTo(RuleStatus.Malformed));
        Assert.That(none.Message, Does.Contain(why));
        Assert.That((peer.Answers, peer.Failures), Is.EqualTo((0, 1)));
    }

    [TestCase("not json")]
    [TestCase("""{"id":ID,"id":ID,"ok":true,"result":{}}""")]
    [TestCase("""{"id":ID,"ok":true,"result":{"value":NaN}}""")]
    [TestCase("[]")]
    public void Rubbish_after_an_answer_is_malformed_and_the_next_question_is_answered(string rubbish)
    {
        // The second question of each start gets the rubbish.
        using PeerProcess peer = Peer(Loop + $"if [ -z \"$n\" ]; then n=1; {Echo(Answered)}; else {Echo(rubbish)}; fi; done");
        Assert.That((int)peer.Answer("softmax", [])["value"]!, Is.EqualTo(1));
        Assert.That(Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!.Status, Is.EqualTo(RuleStatus.Malformed));
        Assert.That((int)peer.Answer("softmax", [])["value"]!, Is.EqualTo(1));
        Assert.That(peer.Failures, Is.EqualTo(1));
    }

    [Test]
    public void What_is_said_before_the_first_answer_is_passed_over_and_counted()
    {
        using PeerProcess peer = Peer("echo loading; echo '{\"model\": 1}'; " + Reply(Answered));
        Assert.That((int)peer.Answer("softmax", [])["value"]!, Is.EqualTo(1));
        Assert.That(peer.Banners, Is.EqualTo(2));
    }

    [Test]
    public void A_program_that_ends_says_its_last_words()
    {
        using PeerProcess peer = Peer("read -r line; echo out of memory >&2; exit 3");
        NoAnswerException none = Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!;
        Assert.That(none.Message, Does.Contain("exit code 3").And.Contain("out of memory"));
    }

    [Test]
    public void One_that_never_answers_is_not_started_for_ever()
    {
        using PeerProcess peer = Peer("exit 1");
        for (int i = 0; i < 5; i++)
            Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []));
        Assert.That(Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!.Message, Does.Contain("not started again"));
        Assert.That((peer.Answers, peer.Failures, peer.NotAsked), Is.EqualTo((0, 5, 1)));
    }

    [Test]
    public void One_that_hangs_is_late_and_stopped()
    {
        using PeerProcess peer = Peer("sleep 100", 0.3);
        var watch = Stopwatch.StartNew();
        Assert.That(Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!.Status, Is.EqualTo(RuleStatus.TimedOut));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void One_that_never_reads_is_late()
    {
        using PeerProcess peer = Peer("exec sleep 100", 0.3);
        var watch = Stopwatch.StartNew();
        var large = new JsonObject { ["x"] = new JsonArray([.. Enumerable.Range(0, 100_000).Select(i => (JsonNode)i)]) };
        Assert.That(Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", large))!.Status, Is.EqualTo(RuleStatus.TimedOut));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void A_flood_takes_no_memory_and_ends()
    {
        using PeerProcess peer = Peer("exec yes rubbish");
        Assert.That(Assert.Throws<NoAnswerException>(() => peer.Answer("softmax", []))!.Status, Is.EqualTo(RuleStatus.Malformed));
    }

    [Test]
    public void A_program_that_is_none_is_named()
    {
        using var peer = new PeerProcess(["no-such-program-at-all"], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.That(() => peer.Answer("softmax", []), Throws.InstanceOf<IOException>().With.Message.Contains("no-such-program-at-all"));
        Assert.That(() => new PeerProcess([], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), Throws.ArgumentException);
    }

    private static PeerProcess Peer(string script, double patience = 20) => new(["sh", "-c", script], TimeSpan.FromSeconds(patience), TimeSpan.FromSeconds(patience));

    private static string Reply(string answer) => Loop + Echo(answer) + "; done";

    private static string Echo(string answer) => $"printf '%s\\n' '{answer}' | sed \"s/ID/$id/g\"";
}
