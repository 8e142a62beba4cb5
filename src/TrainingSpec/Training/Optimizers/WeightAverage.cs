using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>An average of the weights of a run, as a pure function of weights and state.</summary>
/// <remarks>NaN and infinities propagate as IEEE 754 says. Source: Polyak and Juditsky (1992); Izmailov et al. (2018), section 3.2.</remarks>
public sealed record WeightAverage
{
    /// <summary>True for the mean of all weights that were seen, in which each counts alike; else the average forgets the early ones.</summary>
    public bool Equal { get; init; }

    /// <summary><c>decay</c> β, of <see cref="Hyperparameters.AverageDecay"/>: what an exponential average keeps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Decay { get; init => field = Hyperparameters.AverageDecay.Require(value); } = Hyperparameters.AverageDecay.Default;

    /// <summary>True where an exponential average starts from 0, else from the first weights.</summary>
    public bool FromZeros { get; init; }

    /// <summary>True where an average from 0 is divided by what weights make up of it, 1 less the product of all shares kept.</summary>
    public bool BiasCorrection { get; init; }

    internal SlotLayout Layout => new(Equal ? "average.equal" : "average.exponential", [new("average")], "kept");

    /// <summary>The average after other weights; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="state">What the previous call returned, or null for the first one.</param>
    /// <param name="updates"><c>num_updates</c>, of <see cref="Hyperparameters.UpdatesSoFar"/>: by them a young average keeps less than β; null: it does not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The updates lie outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, a correction without a start from 0, or a state of other shapes or of another kind.</exception>
    public (T[][] Average, SlotState<T> State) Next<T>(T[][] parameters, SlotState<T>? state, long? updates = null)
        where T : IReal<T>
    {
        Tensors.RequireSome(parameters, "params");
        if (BiasCorrection && !FromZeros)
            throw Tensors.Bad("bias_correction", "bias_correction = true needs an average that starts from zeros");
        if (state is not null && state.Kind != Layout.Kind)
            throw Tensors.Bad("state", $"state is of kind '{state.Kind}', '{Layout.Kind}' is needed");
        DoubleDouble decay = Keeps<DoubleDouble>(updates);
        T[][] average = Tensors.CopyOrZeros(state?.Kept[0], parameters);
        if (!Hyperparameter.HasDigits<T>(decay.High))
        {
            (DoubleDouble[][] held, SlotState<DoubleDouble> wide) = Next(Tensors.ValuesOf(parameters), state?.In<DoubleDouble>(), updates);
            return (Tensors.RoundedTo<T>(held), wide.In<T>());
        }

        long step = (state?.Step ?? 0) + 1;
        DoubleDouble kept = (state?.Carried ?? 1) * decay, one = 1;
        T keeps = decay.To<T>(), share = (one - decay).To<T>(), count = DoubleDouble.Whole(step).To<T>(), weight = (one - kept).To<T>();
        if (Straightforward.Is<T>())
            (keeps, share, weight) = (Keeps<T>(updates), Adam.Share(Keeps<T>(updates)), Adam.Share(kept.To<T>()));
        for (int i = 0; i < average.Length; i++)
        {
            for (int j = 0; j < average[i].Length; j++)
            {
                T old = average[i][j], theta = parameters[i][j];
                average[i][j] = state is null && !(FromZeros && !Equal) ? theta
                    : Equal ? Averaging.Equal(old, theta, count)
                    : Adam.FirstMoment(old, theta, keeps, share);
            }
        }

        T[][] shown = BiasCorrection && !Equal ? Array.ConvertAll(average, tensor => Array.ConvertAll(tensor, a => Adam.Corrected(a, weight))) : Tensors.Copy(average);
        return (shown, new SlotState<T>(Layout, step, [average], kept));
    }

    private T Keeps<T>(long? updates)
        where T : IReal<T> => updates is { } n ? Averaging.Warmed(T.Of(Decay), DoubleDouble.Whole(Hyperparameters.UpdatesSoFar.Require(n)).To<T>()) : T.Of(Decay);

    /// <summary>A state from what <see cref="SlotState{T}.ToJson"/> wrote.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of this average over this number.</exception>
    public SlotState<T> Restore<T>(ReadOnlySpan<byte> utf8)
        where T : IReal<T> => SlotState<T>.FromJson(Layout, utf8);
}
