using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LAMB on a list of tensors, each a layer, as a pure function of parameters, gradients and state.</summary>
/// <remarks>NaN and infinities propagate as IEEE 754 says. Source: You et al. (2020), Algorithm 2, with φ the identity.</remarks>
public static class LambOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, LambState<T> State) Step<T>(T[][] parameters, T[][] grads, LambState<T>? state, LambOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireSome(parameters, "params");
        Tensors.RequireSameShape(parameters, "params", Tensors.RequireSome(grads, "grads"), "grads");
        if (state is not null)
            Tensors.RequireStateShape(parameters, state.First);
        long step = (state?.Step ?? 0) + 1;
        T[][] theta = Tensors.Copy(parameters);
        T[][] m = state is null ? Tensors.ZerosLike(parameters) : Tensors.Copy(state.First);
        T[][] v = state is null ? Tensors.ZerosLike(parameters) : Tensors.Copy(state.Second);
        T beta1 = T.Of(options.Beta1), beta2 = T.Of(options.Beta2), eps = T.Of(options.Epsilon), decay = T.Of(options.WeightDecay), lr = T.Of(options.LearningRate);
        T correction1 = Adam.BiasCorrection(beta1, T.Of(step)), correction2 = Adam.BiasCorrection(beta2, T.Of(step));
        for (int i = 0; i < theta.Length; i++)
        {
            var direction = new T[theta[i].Length];
            for (int j = 0; j < direction.Length; j++)
            {
                m[i][j] = Adam.FirstMoment(m[i][j], grads[i][j], beta1);
                v[i][j] = Adam.SecondMoment(v[i][j], grads[i][j], beta2);
                direction[j] = Lamb.Direction(theta[i][j], Adam.Corrected(m[i][j], correction1), Adam.Corrected(v[i][j], correction2), eps, decay);
            }

            T ratio = LayerWiseRates.Ratio(Norms.L2<T>(theta[i]), Norms.L2<T>(direction));
            for (int j = 0; j < direction.Length; j++)
                theta[i][j] = Lamb.Update(theta[i][j], direction[j], lr, ratio);
        }

        return (theta, new LambState<T>(step, m, v));
    }
}

/// <summary>What LAMB carries from step to step: the number of steps done and two moments per layer. Immutable.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class LambState<T>
    where T : IReal<T>
{
    private const string Kind = "lamb";

    internal LambState(long step, T[][] first, T[][] second)
    {
        Step = step;
        First = first;
        Second = second;
    }

    /// <summary>Steps done, counted from 1.</summary>
    public long Step { get; }

    /// <summary>How many tensors the state belongs to.</summary>
    public int TensorCount => First.Length;

    internal T[][] First { get; }

    internal T[][] Second { get; }

    /// <summary>m of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> FirstMoment(int tensor) => First[tensor];

    /// <summary>v of one tensor, an element per parameter.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such tensor.</exception>
    public ReadOnlySpan<T> SecondMoment(int tensor) => Second[tensor];

    /// <summary>The state as one line of JSON that <see cref="FromJson(string)"/> reads back to the same bits.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public string ToJson() => StateJson.Text(WriteTo);

    /// <summary>Writes the state as a JSON object.</summary>
    /// <exception cref="NotSupportedException">The number is neither Real64 nor Real32.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        StateJson.WriteMoments(writer, Kind, Step, First, Second);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The text is damaged, or no state of LAMB over this number.</exception>
    public static LambState<T> FromJson(string json) => StateJson.Parse(json, FromJson);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidArgumentException">The object is damaged, or no state of LAMB over this number.</exception>
    public static LambState<T> FromJson(JsonElement json)
    {
        (long step, T[][] first, T[][] second) = StateJson.ReadMoments<T>(json, Kind);
        return new LambState<T>(step, first, second);
    }
}
