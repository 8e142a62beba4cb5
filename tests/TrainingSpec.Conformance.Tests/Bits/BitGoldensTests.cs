using System.Globalization;
using TrainingSpec.Conformance.Bits;

namespace TrainingSpec.Conformance.Tests.Bits;

/// <summary>The hashes of results are the accepted ones, here and under a culture whose numbers look otherwise.</summary>
public sealed class BitGoldensTests
{
    // The accepted ones were computed in the culture of whoever took them: one run in another says both.
    [Test]
    public void The_bits_are_the_accepted_ones_in_any_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
            Assert.That((-1.5).ToString(CultureInfo.CurrentCulture), Is.Not.EqualTo("-1.5"));
            GoldenDocument digests = BitGoldens.Digests();
            CultureInfo.CurrentCulture = before;
            GoldenFile.Verify(digests).GetAwaiter().GetResult();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void One_bit_of_one_result_changes_the_hash_and_all_NaN_are_one()
    {
        using var hash = new BitHash();
        string Of(params double[] values)
        {
            foreach (double value in values)
                hash.Add(value);
            return hash.Take();
        }

        string first = Of(1, 0.1), again = Of(1, 0.1);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Of(1, 0.1), Is.Not.EqualTo(Of(1, Math.BitIncrement(0.1))));
        Assert.That(Of(0.0), Is.Not.EqualTo(Of(-0.0)));
        Assert.That(Of(double.NaN), Is.EqualTo(Of(-double.NaN)));
    }
}
