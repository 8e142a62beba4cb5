using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>The document's schedules as its code computes them.</summary>
/// <remarks>Source: D0 "Step Decay", "Linear Decay".</remarks>
internal static class ScheduleListings
{
    /// <summary>step_decay.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError: no epochs per step.</exception>
    public static double StepDecay(double initial, int epoch, double rate, int every) => initial * Real64.Pow(rate, Python.FloorDivide(epoch, every)).Value;

    /// <summary>linear_decay.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError: no steps.</exception>
    public static double LinearDecay(double initial, int step, int total) => initial * (1 - Python.Divide(step, total));
}
