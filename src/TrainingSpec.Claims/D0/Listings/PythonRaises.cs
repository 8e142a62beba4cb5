using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>An error that a listing would raise when run, by the name that Python gives it.</summary>
internal sealed class PythonRaises(string error) : Exception(error)
{
    /// <summary>The error that an action raises, or "nothing" where it runs through.</summary>
    public static string Of(Action action)
    {
        try
        {
            action();
            return "nothing";
        }
        catch (PythonRaises e)
        {
            return e.Message;
        }
    }
}

/// <summary>The operations of Python that the listings use where C# does otherwise.</summary>
internal static class Python
{
    /// <summary>a / b of numbers.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError.</exception>
    public static double Divide(double a, double b) => b == 0 ? throw new PythonRaises("ZeroDivisionError") : a / b;

    /// <summary>a // b of whole numbers: towards minus infinity.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError.</exception>
    public static int FloorDivide(int a, int b) => b == 0 ? throw new PythonRaises("ZeroDivisionError") : (int)Math.Floor((double)a / b);

    /// <summary>range(start, stop, step).</summary>
    /// <exception cref="PythonRaises">ValueError: the step is 0.</exception>
    public static IEnumerable<int> Range(int start, int stop, int step)
    {
        if (step == 0)
            throw new PythonRaises("ValueError");
        return Steps();

        IEnumerable<int> Steps()
        {
            for (int i = start; step > 0 ? i < stop : i > stop; i += step)
                yield return i;
        }
    }

    /// <summary>x ** 2 of a float.</summary>
    /// <exception cref="PythonRaises">OverflowError: a finite number has an infinite square.</exception>
    public static double Square(double x) => double.IsFinite(x) && double.IsInfinity(x * x) ? throw new PythonRaises("OverflowError") : x * x;

    /// <summary>math.exp.</summary>
    /// <exception cref="PythonRaises">OverflowError: a finite number has an infinite exponential.</exception>
    public static double Exp(double x)
    {
        double value = Real64.Exp(x).Value;
        return double.IsFinite(x) && double.IsInfinity(value) ? throw new PythonRaises("OverflowError") : value;
    }

    /// <summary>The elements of a slice [start:stop]; a negative end counts from the back, ends outside are moved in.</summary>
    public static T[] Slice<T>(T[] list, int? start, int? stop)
    {
        int Place(int? at, int otherwise) => at is not { } place ? otherwise : Math.Clamp(place < 0 ? place + list.Length : place, 0, list.Length);
        (int from, int to) = (Place(start, 0), Place(stop, list.Length));
        return list[from..Math.Max(from, to)];
    }

    /// <summary>random.shuffle: the list itself is put in another order.</summary>
    public static void Shuffle<T>(IList<T> list, Experiments.Draws draws)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            int j = draws.Index(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
    }
}
