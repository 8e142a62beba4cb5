using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Cosine decay from η_max to η_min in T₀ steps, again and again, each period m times as long as the one before.</summary>
/// <remarks>Source: Loshchilov and Hutter (2017), section 3.</remarks>
/// <param name="Maximum"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
/// <param name="Minimum"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>, up to <c>lr_max</c>.</param>
/// <param name="FirstPeriod"><c>t_0</c>, of <see cref="Hyperparameters.FirstPeriod"/>.</param>
/// <param name="Factor"><c>t_mult</c>, of <see cref="Hyperparameters.PeriodFactor"/>.</param>
/// <param name="Gamma"><c>gamma</c>, of <see cref="Hyperparameters.CycleGamma"/>: each restart reaches so much of the height above <c>lr_min</c> of the one before.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record CosineRestartsSchedule(double Maximum, double Minimum, long FirstPeriod, long Factor = 1, double Gamma = 1) : Schedule
{
    /// <summary>η_max.</summary>
    public double Maximum { get; } = Hyperparameters.MaximumRate.Require(Maximum);

    /// <summary>η_min.</summary>
    public double Minimum { get; } = Hyperparameters.MinimumRate.RequireUpTo(Minimum, Maximum, Hyperparameters.MaximumRate.Name);

    /// <summary>T₀, in steps.</summary>
    public long FirstPeriod { get; } = Hyperparameters.FirstPeriod.Require(FirstPeriod);

    /// <summary>m.</summary>
    public long Factor { get; } = Hyperparameters.PeriodFactor.Require(Factor);

    /// <summary>γ.</summary>
    public double Gamma { get; } = Hyperparameters.CycleGamma.Require(Gamma);

    private protected override T Evaluate<T>(long step)
    {
        long period = FirstPeriod, passed = Factor == 1 ? step % period : step, restarts = Factor == 1 ? step / period : 0;
        T length = Whole<T>(period);
        while (Factor > 1 && passed >= period)
        {
            // A period of more than 64 bits is the last one that a step can be in.
            length = Whole<T>(period) * Whole<T>(Factor);
            passed -= period;
            restarts++;
            period = period > long.MaxValue / Factor ? long.MaxValue : period * Factor;
        }

        T low = T.Of(Minimum), high = Gamma == 1 ? T.Of(Maximum) : ScheduleShapes.Between(low, T.Of(Maximum), T.Power(T.Of(Gamma), Whole<T>(restarts)));
        return Schedules.Cosine(high, low, T.Of(0), length, Whole<T>(passed));
    }
}

/// <summary>A schedule of which the momentum has a cycle, too: high where the rate is low, and low where it is high.</summary>
/// <remarks>Source: Smith (2018), section 4.2; the defaults are those of PyTorch's OneCycleLR and CyclicLR.</remarks>
public abstract record MomentumCycle : Schedule
{
    private protected MomentumCycle()
    {
    }

    /// <summary>The momentum at a step, rounded once to the number asked for.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="least"><c>base_momentum</c>, of <see cref="Hyperparameters.BaseMomentum"/>, up to <c>max_momentum</c>.</param>
    /// <param name="most"><c>max_momentum</c>, of <see cref="Hyperparameters.MaxMomentum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public T MomentumAt<T>(long step, double least, double most)
        where T : IReal<T>
    {
        Hyperparameters.MaxMomentum.Require(most);
        Hyperparameters.Step.Require(step);
        Hyperparameters.BaseMomentum.RequireUpTo(least, most, Hyperparameters.MaxMomentum.Name);
        return Straightforward.Is<T>() ? Momentum(step, T.Of(least), T.Of(most)) : Momentum<DoubleDouble>(step, least, most).To<T>();
    }

    private protected abstract T Momentum<T>(long step, T least, T most)
        where T : IReal<T>;
}

/// <summary>How high the cycles of a cyclic schedule reach.</summary>
public enum CycleMode
{
    /// <summary>All as high as the first.</summary>
    Triangular,

    /// <summary>Each half as high as the one before.</summary>
    Halved,

    /// <summary>The height times γᵗ.</summary>
    Exponential,
}

/// <summary>From η_min to η_max in u steps and back in d, again and again.</summary>
/// <remarks>Source: Smith (2017), section 3.2.</remarks>
/// <param name="Minimum"><c>lr_min</c>, of <see cref="Hyperparameters.MinimumRate"/>, up to <c>lr_max</c>.</param>
/// <param name="Maximum"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
/// <param name="Up"><c>step_size_up</c>, of <see cref="Hyperparameters.StepsUp"/>.</param>
/// <param name="Down"><c>step_size_down</c>, of <see cref="Hyperparameters.StepsDown"/>; that of <c>step_size_up</c> where it is null.</param>
/// <param name="Mode"><c>mode</c>, how high the cycles reach.</param>
/// <param name="Gamma"><c>gamma</c>, of <see cref="Hyperparameters.CycleGamma"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record CyclicSchedule(double Minimum, double Maximum, long Up = 2000, long? Down = null, CycleMode Mode = CycleMode.Triangular, double Gamma = 1) : MomentumCycle
{
    /// <summary>η_max.</summary>
    public double Maximum { get; } = Hyperparameters.MaximumRate.Require(Maximum);

    /// <summary>η_min.</summary>
    public double Minimum { get; } = Hyperparameters.MinimumRate.RequireUpTo(Minimum, Maximum, Hyperparameters.MaximumRate.Name);

    /// <summary>u, in steps.</summary>
    public long Up { get; } = Hyperparameters.StepsUp.Require(Up);

    /// <summary>d, in steps; null for u.</summary>
    public long? Down { get; } = Down is { } down ? Hyperparameters.StepsDown.Require(down) : null;

    /// <summary>How high the cycles reach.</summary>
    public CycleMode Mode { get; } = Enum.IsDefined(Mode) ? Mode : throw Domain.Outside("{Triangular, Halved, Exponential}", Tensors.Text((int)Mode), "mode");

    /// <summary>γ.</summary>
    public double Gamma { get; } = Hyperparameters.CycleGamma.Require(Gamma);

    private protected override T Evaluate<T>(long step) => ScheduleShapes.Between(T.Of(Minimum), T.Of(Maximum), Height<T>(step));

    private protected override T Momentum<T>(long step, T least, T most) => ScheduleShapes.Between(most, least, Height<T>(step));

    private T Height<T>(long step)
        where T : IReal<T>
    {
        // Both parts together may be more than 64 bits.
        Int128 cycle = (Int128)Up + (Down ?? Up);
        T height = ScheduleShapes.Triangle(Whole<T>(Up), Whole<T>(Down ?? Up), Whole<T>((long)(step % cycle)));
        T reach = Mode switch
        {
            CycleMode.Halved => T.Power(T.Of(0.5), Whole<T>((long)(step / cycle))),
            CycleMode.Exponential => T.Power(T.Of(Gamma), Whole<T>(step)),
            _ => T.Of(1),
        };
        return height * reach;
    }
}

/// <summary>From η_max/d up to η_max, which a share of the T steps leads to, and down to η_max/(d·f) at the last one, T − 1; or in three phases, down to the first rate again before that.</summary>
/// <remarks>Source: Smith and Topin (2019); the places of the phases are those of PyTorch's OneCycleLR.</remarks>
/// <param name="Maximum"><c>lr_max</c>, of <see cref="Hyperparameters.MaximumRate"/>.</param>
/// <param name="Total"><c>total</c>, of <see cref="Hyperparameters.Total"/>.</param>
/// <param name="PeakShare"><c>pct_start</c>, of <see cref="Hyperparameters.PeakShare"/>.</param>
/// <param name="DivFactor"><c>div_factor</c>, of <see cref="Hyperparameters.DivFactor"/>.</param>
/// <param name="FinalDivFactor"><c>final_div_factor</c>, of <see cref="Hyperparameters.FinalDivFactor"/>.</param>
/// <param name="Cosine"><c>anneal_strategy</c>, cosine or linear.</param>
/// <param name="ThreePhases"><c>three_phase</c>, down as long as up, then further down.</param>
/// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
public sealed record OneCycleSchedule(double Maximum, long Total, double PeakShare = 0.3, double DivFactor = 25, double FinalDivFactor = 1e4, bool Cosine = true, bool ThreePhases = false) : MomentumCycle
{
    /// <summary>η_max.</summary>
    public double Maximum { get; } = Hyperparameters.MaximumRate.Require(Maximum);

    /// <summary>T, in steps.</summary>
    public long Total { get; } = Hyperparameters.Total.Require(Total);

    /// <summary>p.</summary>
    public double PeakShare { get; } = Hyperparameters.PeakShare.Require(PeakShare);

    /// <summary>d.</summary>
    public double DivFactor { get; } = Hyperparameters.DivFactor.Require(DivFactor);

    /// <summary>f.</summary>
    public double FinalDivFactor { get; } = Hyperparameters.FinalDivFactor.Require(FinalDivFactor);

    private protected override T Evaluate<T>(long step)
    {
        T first = T.Of(Maximum) / T.Of(DivFactor);
        return Cycle(step, first, T.Of(Maximum), first / T.Of(FinalDivFactor));
    }

    // The momentum ends where it began, after three phases as after two.
    private protected override T Momentum<T>(long step, T least, T most) => Cycle(step, most, least, most);

    private T Cycle<T>(long step, T first, T middle, T end)
        where T : IReal<T>
    {
        T share = T.Of(PeakShare), total = Whole<T>(Total), last = Whole<T>(Total - 1), peak = share * total - T.Of(1), t = Whole<T>(Math.Min(step, Total - 1));
        if (!T.AllLess(peak, t))
            return Phase(first, middle, T.Of(0), peak, t);
        if (!ThreePhases)
            return Phase(middle, end, peak, last, t);
        T again = T.Of(2) * share * total - T.Of(2);
        return T.AllLess(again, t) ? Phase(first, end, again, last, t) : Phase(middle, first, peak, again, t);
    }

    // From one rate to another between two places, which need not be whole; the second is held.
    private T Phase<T>(T from, T to, T start, T end, T t)
        where T : IReal<T>
    {
        if (!T.AllLess(t, end))
            return to;
        T progress = Schedules.Progress(start, end, t);
        return !Cosine ? ScheduleShapes.Between(from, to, progress)
            : T.AllLess(from, to) ? Schedules.CosineRate(to, from, T.Of(1) - progress)
            : Schedules.CosineRate(from, to, progress);
    }
}
