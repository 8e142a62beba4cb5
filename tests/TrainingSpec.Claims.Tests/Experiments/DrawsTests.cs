using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Tests.Experiments;

/// <summary>Whole rows have the bits that one number after the other has.</summary>
public class DrawsTests
{
    [Test]
    public void A_row_of_normals_is_one_normal_after_the_other()
    {
        Draws rows = new(7), single = new(7);
        foreach (int count in (int[])[0, 1, 2, 0, 3, 4, 1, 5, 64, 129])
            Assert.That(rows.Normals(count), Is.EqualTo(Enumerable.Range(0, count).Select(_ => single.Normal())), $"{count}");
        Assert.That(rows.Uniform(0, 1), Is.EqualTo(single.Uniform(0, 1)));
    }

    [Test]
    public void A_function_of_a_row_is_that_of_each_element()
    {
        var draws = new Draws(8);
        for (int length = 0; length <= 2 * WideLanes64.Count + 1; length++)
        {
            double[] x = [.. Enumerable.Range(0, length).Select(i => i == 5 ? double.NaN : draws.Uniform(-30, 30))], y = [.. x];
            Elementwise.Apply<Elementwise.Tanh>(y);
            Assert.That(y, Is.EqualTo(x.Select(v => Real64.Tanh(v).Value)), $"{length}");
        }
    }
}
