using System.Buffers;
using System.Text;
using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Requests of any size: their answers hold as many numbers as is said of them, and none is left out that can grow.</summary>
public sealed class SizedRequestTests
{
    [Test]
    public void Every_operation_that_can_grow_is_there() =>
        Assert.That(SizedRequests.All.Select(sized => sized.Operation).Distinct().Concat(SizedRequests.Constant).Order(StringComparer.Ordinal), Is.EqualTo(OperationTable.Names));

    [Test]
    public void An_answer_holds_the_numbers_that_are_said()
    {
        foreach (SizedRequest sized in SizedRequests.All)
        {
            foreach (int n in new[] { 2, 3, 7 })
            {
                JsonElement answer = Ask.One(Encoding.UTF8.GetString(sized.Line("1", n)));
                Assert.That(answer.GetProperty("ok").GetBoolean(), Is.True, $"{sized} {answer}");
                Assert.That(Numbers(answer.GetProperty("result")), Is.EqualTo(sized.PerItem * n + sized.Besides), $"{sized.Operation} {sized.Args}, n = {n}: {answer}");
            }
        }
    }

    [Test]
    public void The_most_is_within_the_limits_and_one_more_is_not()
    {
        // Those whose request is short.
        Assert.Multiple(() =>
        {
            foreach (SizedRequest sized in SizedRequests.All.Where(sized => sized.Limit < 1_000_000 || !sized.Args.Contains('«', StringComparison.Ordinal)))
            {
                byte[] line = sized.Line("1", sized.Most + 1);
                var answer = new ArrayBufferWriter<byte>();
                new OracleEngine().Answer(line, answer);
                Assert.That(Encoding.UTF8.GetString(answer.WrittenSpan[..Math.Min(answer.WrittenCount, 200)]), Does.StartWith("""{"id":1,"ok":false,"error":{"kind":"invalid-argument","argument":"""), $"{sized.Operation} {sized.Args}");
            }
        });

        SizedRequest softmax = SizedRequests.All.First(sized => sized.Operation == "softmax");
        Assert.That(softmax.Most, Is.EqualTo(Protocol.MaxValues));
        SizedRequest norm = SizedRequests.All.First(sized => sized.Operation == "norm.l2");
        Assert.That(norm.Line("1", 1000).Length + 2L * (norm.Most - 1000), Is.InRange(Protocol.MaxLineBytes - 1100, Protocol.MaxLineBytes));
    }

    // A state's words, its counts and what it does not have are not among the numbers that are announced.
    private static int Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(m => m.Name is not ("kind" or "version" or "dtype" or "step" or "lengths") && m is not { Name: "buffers", Value.ValueKind: JsonValueKind.Null }).Sum(m => Numbers(m.Value)),
        JsonValueKind.Array => element.EnumerateArray().Sum(Numbers),
        JsonValueKind.False or JsonValueKind.True => 0,
        _ => 1,
    };
}
