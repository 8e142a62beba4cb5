using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;

namespace TrainingSpec.Battery;

/// <summary>The golden document of the catalog: a formula that changes shows in its TeX.</summary>
public static class FormulaGoldens
{
    /// <summary>Every formula's TeX by id: golden/formulas/TeX.verified.json.</summary>
    [GoldenSource]
    public static GoldenDocument TeX()
    {
        var document = new GoldenDocument("formulas", "TeX");
        foreach (Formula formula in FormulaCatalog.All)
            document.Add(formula.Id, formula.TeX);
        return document;
    }
}
