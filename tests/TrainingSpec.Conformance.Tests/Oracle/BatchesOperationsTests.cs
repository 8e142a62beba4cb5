using System.Text.Json;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>split and batches: the library's integers in either dtype, and every bad argument by its kind and name.</summary>
public sealed class BatchesOperationsTests
{
    [TestCase("float64")]
    [TestCase("float32")]
    public void Answers_are_the_librarys(string dtype)
    {
        (int[] train, int[] validation) = BatchSampling.Split(103, 0.1, ulong.MaxValue);
        JsonElement split = Ask.Result("split", """{"count": 103, "val_fraction": 0.1, "seed": "18446744073709551615"}""", dtype);
        Assert.That(Integers(split.GetProperty("train")), Is.EqualTo(train));
        Assert.That(Integers(split.GetProperty("val")), Is.EqualTo(validation));
        Assert.That(validation, Has.Length.EqualTo(10));
        foreach (bool dropLast in new[] { false, true })
        {
            JsonElement batches = Ask.Result("batches", $$"""{"count": 10, "batch_size": 4.0, "seed": 3, "epoch": 2, "drop_last": {{(dropLast ? "true" : "false")}}}""", dtype);
            Assert.That(batches.GetProperty("batches").EnumerateArray().Select(Integers), Is.EqualTo(BatchSampling.Shuffled(10, 4, 3, 2, dropLast)));
        }
    }

    [Test]
    public void A_share_is_not_rounded_to_the_dtype()
    {
        // 0.7 in float32 is a little less, and a tenth of a million lost would be 69999.
        JsonElement split = Ask.Result("split", """{"count": 100000, "val_fraction": 0.7, "seed": 1}""", "float32");
        Assert.That(split.GetProperty("val").GetArrayLength(), Is.EqualTo(70000));
    }

    [Test]
    public void Drop_last_is_off_by_default_and_a_batch_may_be_larger_than_the_data()
    {
        Assert.That(Ask.Result("batches", """{"count": 3, "batch_size": 9223372036854775807, "seed": 3, "epoch": 0}""").GetProperty("batches").GetArrayLength(), Is.EqualTo(1));
        Assert.That(Ask.Result("batches", """{"count": 3, "batch_size": 4, "seed": 3, "epoch": 0, "drop_last": true}""").GetProperty("batches").GetArrayLength(), Is.Zero);
    }

    [TestCase("split", """{"val_fraction": 0.1, "seed": 1}""", "count")]
    [TestCase("split", """{"count": 0, "val_fraction": 0.1, "seed": 1}""", "count")]
    [TestCase("split", """{"count": 10000001, "val_fraction": 0.1, "seed": 1}""", "count")]
    [TestCase("split", """{"count": 2.5, "val_fraction": 0.1, "seed": 1}""", "count")]
    [TestCase("split", """{"count": 10, "seed": 1}""", "val_fraction")]
    [TestCase("split", """{"count": 10, "val_fraction": 1.1, "seed": 1}""", "val_fraction")]
    [TestCase("split", """{"count": 10, "val_fraction": -0.1, "seed": 1}""", "val_fraction")]
    [TestCase("split", """{"count": 10, "val_fraction": "NaN", "seed": 1}""", "val_fraction")]
    [TestCase("split", """{"count": 10, "val_fraction": 0.1}""", "seed")]
    [TestCase("split", """{"count": 10, "val_fraction": 0.1, "seed": -1}""", "seed")]
    [TestCase("split", """{"count": 10, "val_fraction": 0.1, "seed": 1, "shuffle": true}""", "shuffle")]
    [TestCase("batches", """{"batch_size": 2, "seed": 1, "epoch": 0}""", "count")]
    [TestCase("batches", """{"count": 10000001, "batch_size": 2, "seed": 1, "epoch": 0}""", "count")]
    [TestCase("batches", """{"count": 4, "seed": 1, "epoch": 0}""", "batch_size")]
    [TestCase("batches", """{"count": 4, "batch_size": 0, "seed": 1, "epoch": 0}""", "batch_size")]
    [TestCase("batches", """{"count": 4, "batch_size": 2, "epoch": 0}""", "seed")]
    [TestCase("batches", """{"count": 4, "batch_size": 2, "seed": 1}""", "epoch")]
    [TestCase("batches", """{"count": 4, "batch_size": 2, "seed": 1, "epoch": -1}""", "epoch")]
    [TestCase("batches", """{"count": 4, "batch_size": 2, "seed": 1, "epoch": 0, "drop_last": 1}""", "drop_last")]
    public void A_bad_argument_is_named(string op, string args, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo(("invalid-argument", argument)), dtype);
    }

    private static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];
}
