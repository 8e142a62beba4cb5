using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>The answer of a wrong variant to one operation, made from the right implementation and the arguments.</summary>
/// <param name="right">The implementation that the variant distorts.</param>
/// <param name="args">The arguments; the variant may modify them.</param>
public delegate JsonObject Distortion(IImplementation right, JsonObject args);

/// <summary>A named mistake: the reference with some operations answered as a real bug would answer them.</summary>
/// <param name="Name">The name, lower case with hyphens.</param>
/// <param name="Breaks">The rules that it breaks, exactly these; the first is the one it is made for.</param>
/// <param name="Story">What is done wrong, one sentence, with the real case where there is one.</param>
/// <param name="Create">Makes the distorted operations afresh, so that a variant with hidden state starts clean.</param>
public sealed record WrongImplementation(
    string Name,
    IReadOnlyList<string> Breaks,
    string Story,
    Func<IReadOnlyDictionary<string, Distortion>> Create)
{
    /// <summary>The arguments that it takes unchecked where the reference refuses them, by their names in the protocol.</summary>
    public IReadOnlyList<string> Accepts { get; init; } = [];

    /// <summary>A fresh instance that distorts <paramref name="right"/>.</summary>
    public IImplementation Over(IImplementation right) => new Variant(this, right, Create());

    private sealed class Variant(WrongImplementation made, IImplementation right, IReadOnlyDictionary<string, Distortion> wrong) : IImplementation
    {
        public string Name => made.Name;

        public JsonObject Answer(string op, JsonObject args)
        {
            if (!wrong.TryGetValue(op, out Distortion? distortion))
                return right.Answer(op, args);
            RefuseWhatIsNotAccepted(op, args);
            return distortion(right, (JsonObject)args.DeepClone());
        }

        // A mistake is in the mathematics: arguments are checked as ever. Its states are its own, though, and it may let NaN pass.
        private void RefuseWhatIsNotAccepted(string op, JsonObject args)
        {
            try
            {
                right.Answer(op, args);
            }
            catch (OracleException e) when (e.Kind == ErrorKind.NonFinite || e.Argument == "state" || made.Accepts.Contains(e.Argument ?? ""))
            {
                // The distortion answers.
            }
        }
    }
}
