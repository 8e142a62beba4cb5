using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests;

namespace TrainingSpec.Claims.Tests.D4;

[TestFixture]
public class ListingModelTests
{
    [TestCase(0, 4, 0)]
    [TestCase(3, 4, 3)]
    [TestCase(-1, 4, 3)]
    [TestCase(-4, 4, 0)]
    public void NumPy_counts_negative_indices_from_the_end(int index, int length, int position) =>
        Assert.That(NumPyIndexing.Resolve(index, length), Is.EqualTo(position));

    [TestCase(4, 4)]
    [TestCase(-5, 4)]
    [TestCase(0, 0)]
    public void NumPy_refuses_indices_outside_the_axis(int index, int length) =>
        Assert.That(PythonException.Of(() => NumPyIndexing.Resolve(index, length)), Is.EqualTo(PythonError.IndexError));

    [Test]
    public void NumPy_broadcasts_from_the_right_and_stretches_ones()
    {
        Assert.That(NumPyIndexing.Broadcast([5, 1], [1, 3], [5, 3]), Is.EqualTo(new[] { 5, 3 }));
        Assert.That(NumPyIndexing.Broadcast([3], [2, 1]), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(PythonException.Of(() => NumPyIndexing.Broadcast([2, 3], [2])), Is.EqualTo(PythonError.IndexError));
    }

    [Test]
    public void A_call_binds_as_in_Python()
    {
        var signature = new PythonSignature("f", [("a", null), ("b", null), ("c", "1")]);
        Assert.Multiple(() =>
        {
            Assert.That(Error(2), Is.Null);
            Assert.That(Error(1, "b"), Is.Null);
            Assert.That(Error(0, "c", "b", "a"), Is.Null);
            Assert.That(Error(1), Is.EqualTo(PythonError.TypeError), "b is missing");
            Assert.That(Error(1, "c"), Is.EqualTo(PythonError.TypeError), "b is missing although c is given");
            Assert.That(Error(2, "a"), Is.EqualTo(PythonError.TypeError), "a twice");
            Assert.That(Error(2, "d"), Is.EqualTo(PythonError.TypeError), "no d");
            Assert.That(Error(4), Is.EqualTo(PythonError.TypeError), "too many");
        });

        PythonError? Error(int positional, params string[] keywords) =>
            PythonException.Of(() => signature.Bind(new PythonCall(positional, keywords)));
    }

    // Expected texts are what CPython's format gives.
    [TestCase(1.5e-4, "1.50e-04")]
    [TestCase(3e-4, "3.00e-04")]
    [TestCase(9.999e-5, "1.00e-04")]
    [TestCase(0, "0.00e+00")]
    [TestCase(-1234.5, "-1.23e+03")]
    [TestCase(1e120, "1.00e+120")]
    public void Exponent_form_is_Pythons(double value, string text) =>
        Assert.That(PythonFormat.Exponent(value, 2), Is.EqualTo(text));

    [Test]
    public void Types_promote_as_under_NumPy_2()
    {
        Assert.Multiple(() =>
        {
            Assert.That(NumPyTypes.ScalarTimesArray(NumPyType.PythonFloat, NumPyType.Float32), Is.EqualTo(NumPyType.Float32));
            Assert.That(NumPyTypes.ScalarTimesArray(NumPyType.Float64, NumPyType.Float32), Is.EqualTo(NumPyType.Float64));
            Assert.That(NumPyTypes.ScalarTimesArray(NumPyType.Float32, NumPyType.Float64), Is.EqualTo(NumPyType.Float64));
            Assert.That(NumPyTypes.IsPythonFloat(NumPyType.Float64), Is.True);
            Assert.That(NumPyTypes.IsPythonFloat(NumPyType.Float32), Is.False);
        });
    }

    [Law]
    public bool The_schedule_listing_is_the_formula_up_to_the_end(byte warmup, byte rest, ushort at)
    {
        (int w, int total) = (warmup, warmup + rest + 1);
        int step = at % (total + 1);
        double formula = Schedules.WarmupCosine<Real64>(3e-4, 1e-5, w, total, step);
        return Math.Abs(ScheduleListing.At(3e-4, step, w, total, 1e-5) - formula) <= 16 * Real64.UnitRoundoff * 3e-4;
    }

    [Law]
    public bool Rows_of_the_backward_listing_add_up_to_zero(sbyte a, sbyte b, sbyte c, byte target)
    {
        Real64[][][] gradient = CrossEntropyListing.Backward<Real64>([[[a / 16.0, b / 16.0, c / 16.0]]], [[target % 3]]);
        return Math.Abs(gradient[0][0][0] + gradient[0][0][1] + gradient[0][0][2]) <= 8 * Real64.UnitRoundoff;
    }

    [Test]
    public void The_optimizer_listing_decays_the_updated_weight()
    {
        var run = new AdamWListing<Real64>(DocumentLibrary.Open()["D4"]) { LearningRate = 0.5, WeightDecay = 0.5 };
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = new FloatArray<Real64>(2) };
        run.Initialize(parameters);
        run.Step(new Dictionary<string, Real64[]> { ["w"] = [1] }, parameters);
        // (2 - 0.5)·(1 - 0.25) = 1.125; decaying the old weight would give 1.
        Assert.That(parameters["w"].Values[0].Value, Is.EqualTo(1.125).Within(1e-7));
    }

    [Test]
    public void Kinds_of_parameters_differ_in_what_the_caller_sees()
    {
        Assert.Multiple(() =>
        {
            Assert.That(After(new FloatArray<Real64>(1), out _), Is.Not.EqualTo(1));
            Assert.That(After(new PlainFloat<Real64>(1), out _), Is.EqualTo(1));
            After(new IntegerArray<Real64>(1), out PythonError? error);
            Assert.That(error, Is.EqualTo(PythonError.UFuncTypeError));
        });

        static double After(ListedParameter<Real64> parameter, out PythonError? error)
        {
            var run = new AdamWListing<Real64>(DocumentLibrary.Open()["D4"]);
            var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = parameter };
            run.Initialize(parameters);
            error = PythonException.Of(() => run.Step(new Dictionary<string, Real64[]> { ["w"] = [1] }, parameters));
            return parameter.Values[0];
        }
    }
}
