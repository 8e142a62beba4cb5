using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;
using Cyclic = TorchSharp.torch.optim.lr_scheduler.impl.CyclicLR;
using OneCycle = TorchSharp.torch.optim.lr_scheduler.impl.OneCycleLR;

/// <summary>TorchSharp's schedulers, stepped one by one on an optimizer of two groups, of which the second is answered.</summary>
internal static class Schedules
{
    public static JsonObject Answer(Request r)
    {
        long[] steps = r.Integers("steps");
        double[]? metrics = r.Take("metrics") is null ? null : [.. r.List("metrics")];
        string kind = r.Text("kind");
        bool momentum = r.Flag("cycle_momentum");
        long last = steps.Append(0).Max();
        if (last > 100000)
            throw new NotSupportedException("a scheduler is stepped one by one");
        double rate = Rate(kind == "sequence" ? r.Parts("schedules")[0] : r);
        SGD.ParamGroup[] groups = [.. Enumerable.Range(0, 2).Select(_ => new SGD.ParamGroup([new Parameter(zeros(1))], rate, 0.9))];
        using SGD optimizer = optim.SGD(groups, rate, 0.9);
        LRScheduler scheduler = Scheduler(optimizer, kind, r, rate);
        List<(double Rate, double Momentum)> path = [(groups[1].LearningRate, groups[1].Momentum)];
        int end = kind == "one_cycle" ? r.Whole("total") - 1 : int.MaxValue;
        for (int t = 0; t < last; t++)
        {
            // TorchSharp throws where a cycle or a history is at its end; the protocol holds the last rate.
            if (kind == "plateau" && t < metrics!.Length)
                scheduler.step(metrics[t]);
            else if (kind != "plateau" && t < end)
                scheduler.step();
            path.Add((groups[1].LearningRate, groups[1].Momentum));
        }

        var answer = new JsonObject { ["lr"] = Numbers(p => p.Rate) };
        if (momentum)
            answer["momentum"] = Numbers(p => p.Momentum);
        return answer;

        JsonArray Numbers(Func<(double Rate, double Momentum), double> of) => new([.. steps.Select(t => r.Rounded(of(path[(int)t])))]);
    }

    private static double Rate(Request r) => r.Number(r.Has("lr") ? "lr" : "lr_max");

    private static LRScheduler Scheduler(SGD p, string kind, Request r, double rate) => kind switch
    {
        "constant" => LambdaLR(p, _ => 1),
        "step_decay" => StepLR(p, r.Whole("every"), r.Number("gamma")),
        "linear_decay" => LinearLR(p, 1, 0, r.Whole("total")),
        "cosine" => CosineAnnealingLR(p, r.Whole("total"), r.Number("lr_min", 0)),
        "exponential" => ExponentialLR(p, r.Number("gamma")),
        "multi_step" => MultiStepLR(p, [.. r.Integers("milestones").Select(m => (int)m)], r.Number("gamma", 0.1)),
        "polynomial" => PolynomialLR(p, r.Whole("total"), r.Number("power", 1)),
        "one_cycle" => OneCycleLR(
            p, rate, r.Whole("total"), pct_start: r.Number("pct_start", 0.3), anneal_strategy: Word(r, "anneal_strategy", OneCycle.AnnealStrategy.Cos), cycle_momentum: r.Flag("cycle_momentum"), base_momentum: r.Number("base_momentum", 0.85),
            max_momentum: r.Number("max_momentum", 0.95), div_factor: r.Number("div_factor", 25), final_div_factor: r.Number("final_div_factor", 1e4), three_phase: r.Flag("three_phase")),
        "cyclic" => CyclicLR(
            p, r.Number("lr_min", 0), rate, r.Whole("step_size_up", 2000), r.Take("step_size_down") is null ? -1 : r.Whole("step_size_down"), Word(r, "mode", Cyclic.Mode.Triangular), r.Number("gamma", 1), cycle_momentum: r.Flag("cycle_momentum"),
            base_momentum: r.Number("base_momentum", 0.8), max_momentum: r.Number("max_momentum", 0.9)),
        "constant_factor" => ConstantLR(p, r.Number("factor", 1.0 / 3), r.Whole("total")),
        "linear_factor" => LinearLR(p, r.Number("start_factor", 1.0 / 3), r.Number("end_factor", 1), r.Whole("total")),
        "warmup" => LinearLR(p, r.Number("start_factor", 0), 1, r.Whole("warmup")),
        "sequence" => SequentialLR(p, [.. r.Parts("schedules").Select(part => Part(p, part, rate))], [.. r.Integers("milestones").Select(m => (int)m)]),
        "plateau" => ReduceLROnPlateau(
            p, r.Has("mode") ? r.Text("mode") : "min", r.Number("factor", 0.1), r.Whole("patience", 10), r.Number("threshold", 1e-4), r.Has("threshold_mode") ? r.Text("threshold_mode") : "rel", r.Whole("cooldown", 0), [r.Number("lr_min", 0)], r.Number("eps", 1e-8)),
        _ => throw new NotSupportedException(kind),
    };

    private static LRScheduler Part(SGD p, Request r, double rate)
    {
        if (Rate(r) != rate)
            throw new NotSupportedException("schedules of one optimizer with different rates");
        LRScheduler made = Scheduler(p, r.Text("kind"), r, rate);
        r.RefuseUnread();
        return made;
    }

    // "exp_range" is ExpRange.
    private static T Word<T>(Request r, string name, T usual)
        where T : struct, Enum => r.Has(name) ? Enum.Parse<T>(r.Text(name).Replace("_", "", StringComparison.Ordinal), true) : usual;
}
