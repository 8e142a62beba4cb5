using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Initialization;

/// <summary>Orthogonal matrices: how orthogonal they are, and that every rotation is as likely as any other.</summary>
internal sealed class OrthogonalTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Matrices = 1000, Runs = 9;

    [TestCase(1, 1)]
    [TestCase(2, 7)]
    [TestCase(7, 2)]
    [TestCase(48, 48)]
    [Rule("INITIALIZATION-18")]
    public void Vectors_are_orthonormal_up_to_the_rounding_of_their_elements(int rows, int columns) => Assert.Multiple(() =>
    {
        // Elements are off by a share u, so that products of vectors of length 1 are off by 2u + u², by Cauchy and Schwarz; 2⁻⁸⁰ is left for what double-double lost.
        var law = new OrthogonalInitializer { Rows = rows, Columns = columns };
        foreach (ulong seed in new ulong[] { 0, 1, 2 })
        {
            Check(Array.ConvertAll(law.Sample<Real64>(seed), row => Array.ConvertAll(row, x => (DoubleDouble)x.Value)), Real64.UnitRoundoff);
            Check(Array.ConvertAll(law.Sample<Real32>(seed), row => Array.ConvertAll(row, x => (DoubleDouble)(double)x.Value)), Real32.UnitRoundoff);
        }
    });

    [Test]
    [Rule("INITIALIZATION-19")]
    public void Every_element_of_a_rotation_of_space_is_uniform()
    {
        // Archimedes: a coordinate of a point on the sphere is uniform on [-1, 1]. Run r tests element r mod 9.
        double spread = 1 / (1 - 2 * KolmogorovSmirnov.Detectable(Matrices, Level, Power));
        LawCheck.Holds(Runs, Level, Power, Elements, (_, x) => Array.ConvertAll(x, e => spread * e), IsUniform, $"elements {spread:0.000} times too large");
    }

    [Test]
    [Rule("INITIALIZATION-19")]
    public void A_first_element_that_never_changes_its_sign_is_found() =>
        LawCheck.Holds(4, Level, Power, run => Elements(9 * run), (_, x) => Array.ConvertAll(x, e => -Math.Abs(e)), IsUniform, "first elements below 0");

    [Test]
    [Rule("INITIALIZATION-19")]
    public void Reflections_are_as_likely_as_rotations()
    {
        const int Count = 2000;
        int rotations = Enumerable.Range(0, Count).Count(seed => new OrthogonalInitializer { Rows = 2, Columns = 2 }.Sample<Real64>((ulong)seed) is var q && (q[0][0] * q[1][1] - q[0][1] * q[1][0]).Value > 0);

        // Four deviations of a half of so many: 6 in 100,000 fair coins lie beyond.
        Assert.That(rotations, Is.EqualTo(Count / 2).Within(4 * Math.Sqrt(Count) / 2));
    }

    private static bool IsUniform(double[] elements) => KolmogorovSmirnov.Test(elements, x => Math.Clamp((x + 1) / 2, 0, 1)).Passed(Level);

    private static double[] Elements(ulong run)
    {
        var law = new OrthogonalInitializer { Rows = 3, Columns = 3 };
        int element = (int)(run % 9);
        return [.. Enumerable.Range(0, Matrices).Select(k => law.Sample<Real64>(run * Matrices + (ulong)k)[element / 3][element % 3].Value)];
    }

    private static void Check(DoubleDouble[][] q, double u)
    {
        DoubleDouble[][] vectors = q.Length < q[0].Length ? q : [.. Enumerable.Range(0, q[0].Length).Select(j => q.Select(row => row[j]).ToArray())];
        for (int i = 0; i < vectors.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                DoubleDouble product = 0;
                for (int k = 0; k < vectors[i].Length; k++)
                    product += vectors[i][k] * vectors[j][k];
                Assert.That(Math.Abs((double)(product - (i == j ? 1 : 0))), Is.LessThanOrEqualTo(2 * u + u * u + Math.ScaleB(1, -80)), $"vectors {i} and {j}");
            }
        }
    }
}
