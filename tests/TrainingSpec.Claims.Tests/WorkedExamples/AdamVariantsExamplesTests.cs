namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Adam on sparse rows against its formula in plain doubles.</summary>
public class AdamVariantsExamplesTests
{
    [Test]
    public void Rows_with_gradients_move_by_adams_formula_at_the_tables_step_and_the_others_rest()
    {
        WorkedDocument document = WorkedDocument.Of("adam-variants/SparseRows");
        double[] table = [1, -2, 3, 4, 0, 0.5], m = new double[6], v = new double[6];

        // Gradients of rows 0, 2, 0 twice, and both.
        double?[][] gradients = [[0.5, -0.01, null, null, null, null], [null, null, null, null, 4, 1], [0.5, 2.25, null, null, null, null], [0.125, 30, null, null, -1, 0]];
        for (int t = 1; t <= 4; t++)
        {
            for (int i = 0; i < 6; i++)
            {
                if (gradients[t - 1][i] is not { } g)
                    continue;
                (m[i], v[i]) = (0.9 * m[i] + 0.1 * g, 0.999 * v[i] + 0.001 * g * g);
                table[i] -= 0.125 * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t)) * m[i] / (Math.Sqrt(v[i]) + 1e-8);
            }

            // 1 − 0.999 and 1 − 0.999ᵗ are off by 1e-13 of themselves here, and a step is at most a quarter.
            Assert.That(document.Row($"step {t}"), Is.EqualTo(table).Within(2e-13), $"step {t}");
        }

        Assert.That(document.Row("m in the end"), Is.EqualTo(m).Within(4e-15));
        Assert.That(document.Row("v in the end"), Is.EqualTo(v).Within(1e-13));
        Assert.That(document.Row("step 4")[2..4], Is.EqualTo(new[] { 3.0, 4 }));
    }
}
