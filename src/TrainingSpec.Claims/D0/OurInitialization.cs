using TrainingSpec.Claims.D0.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Our Implementation": init_weights.</summary>
internal static class OurInitialization
{
    /// <summary>The code's two scales against our deviations, and what it passes to gauss().</summary>
    [Claim("D0-086")]
    [Turn("facts/relu", "2 / n_in", Verdict.Erratum)]
    [Turn("facts/other", "pow(2 / n_in, 0.5)", Verdict.Erratum)]
    internal static Finding Scales(Claim claim) => Judge.All(
        Judge.Formula(claim, "relu", x => Formulas.Initialization.Deviation(Formulas.Initialization.HeVariance(x.Whole("n_in", 1, 300)))),
        Judge.Formula(claim, "other", x => Formulas.Initialization.Deviation(Formulas.Initialization.XavierVariance(x.Whole("n_in", 1, 300), x.Whole("n_out", 1, 300)))));

    /// <summary>The scheme that names of activations choose.</summary>
    [Claim("D0-087")]
    [Turn("facts/default", "tanh", Verdict.Erratum)]
    [Turn("facts/any other name", "He", Verdict.Erratum)]
    [Turn("D0/init_weights/tests for", "tanh", Verdict.Erratum)]
    internal static Finding SilentlyXavier(Claim claim, Document document)
    {
        Facts listing = document.Facts["init_weights"];
        string tests = listing["tests for"].Text, own = listing["default"].Text;
        string[] names = ["ReLU", "gelu", "tanh", "linear", "rlu"], schemes = [.. names.Select(name => InitializationListing.Scheme(name, tests))];
        Working.Tried($"'{own}', the default, chooses {InitializationListing.Scheme(own, tests)}; {And(names.Zip(schemes, (n, s) => $"'{n}' {s}"))}");
        string found = schemes.Distinct().ToArray() is [var one] ? one : "either";
        return Judge.All(
            Judge.Holds(own == claim.Facts["default"].Text && InitializationListing.Scheme(own, tests) == "He", own, $"the default is '{own}', which chooses He", $"the default is '{own}', which chooses {InitializationListing.Scheme(own, tests)}"),
            Judge.Stated(claim, "any other name", found, found, $"{And(names.Select(n => $"'{n}'"))} all choose {found}"))
            .AndYet("'ReLU' in capitals, or misspelt, gets Xavier's scale without a word");
    }

    /// <summary>The rows and columns that a shape gives.</summary>
    [Claim("D0-088")]
    [Turn("facts/rows", "n_in", Verdict.Erratum)]
    [Turn("given/shape", "(4,4)", Verdict.Erratum)]
    internal static Finding ShapeIsInOut(Claim claim)
    {
        int[] shape = [.. claim.GivenText("shape").Trim('(', ')').Split(',').Select(n => (int)Rational.Parse(n.Trim()).ToDouble())];
        double[][] w = InitializationListing.Weights((shape[0], shape[1]), "He", scale => scale);
        int rows = Working.Value("rows of the result", w.Length), columns = Working.Value("columns", w[0].Length);
        bool other = rows != shape[0];
        return Judge.All(
            Judge.Stated(claim, "rows", rows == shape[1] && other ? "n_out" : "n_in", Say($"{rows} rows"), Say($"for the shape ({shape[0]}, {shape[1]}) there are {rows} rows")),
            Judge.Stated(claim, "columns", columns == shape[0] && other ? "n_in" : "n_out", Say($"{columns} columns"), Say($"each row has {columns} columns")))
            .AndYet(Say($"the argument is called shape and is ({shape[0]}, {shape[1]}), the matrix has the shape ({rows}, {columns}): who passes the shape of W in y = Wx gets the transposed matrix, scaled by the wrong fan"));
    }

    /// <summary>Shapes with a zero.</summary>
    [Claim("D0-089")]
    [Turn("facts/no inputs", "nothing", Verdict.Erratum)]
    [Turn("facts/no outputs", "ZeroDivisionError", Verdict.Erratum)]
    internal static Finding DegenerateShapes(Claim claim, Document document)
    {
        string scheme = InitializationListing.Scheme(document.Facts["init_weights"]["default"].Text, document.Facts["init_weights"]["tests for"].Text);
        string inputs = PythonRaises.Of(() => InitializationListing.Weights((0, 5), scheme, s => s)), outputs = PythonRaises.Of(() => InitializationListing.Weights((5, 0), scheme, s => s));
        int rows = Working.Value("rows for no outputs", InitializationListing.Weights((5, 0), scheme, s => s).Length);
        Working.Tried($"no inputs: {inputs}; no outputs: {outputs}");
        return Judge.All(
            Judge.Stated(claim, "no inputs", inputs, inputs, $"2.0 / 0 raises {inputs}"),
            Judge.Stated(claim, "no outputs", outputs == "nothing" && rows == 0 ? "an empty matrix" : outputs, Say($"{rows} rows"), Say($"there are {rows} rows")))
            .AndYet("for any other activation than the default no inputs raise nothing: the result is rows without entries");
    }
}
