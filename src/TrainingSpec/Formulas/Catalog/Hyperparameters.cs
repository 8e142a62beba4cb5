using System.Reflection;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Every hyperparameter: name, symbol, domain, default and unit stand here and nowhere else.</summary>
/// <remarks>Formulas refer to an entry by <c>[Domain(nameof(Hyperparameters.Beta1))]</c>. Domains and defaults are those of the oracle protocol.</remarks>
public static class Hyperparameters
{
    /// <summary>Learning rate of a step along a direction.</summary>
    public static Hyperparameter LearningRate { get; } = Real("lr", @"\eta", "[0, inf)", "θ per direction");

    /// <summary>Learning rate of the Adam family, whose direction has about the size 1.</summary>
    public static Hyperparameter StepSize { get; } = LearningRate with { TeX = @"\alpha", Unit = "θ" };

    /// <summary>Learning rate of LARS and LAMB, which scale a step to the size of the layer.</summary>
    public static Hyperparameter LayerRate { get; } = LearningRate with { Unit = "1" };

    /// <summary>The highest rate of a schedule.</summary>
    public static Hyperparameter MaximumRate { get; } = Real("lr_max", @"\eta_{\max}", "[0, inf)", "that of lr");

    /// <summary>The rate that a schedule ends at; at most the highest one, but for a polynomial, which may rise to it.</summary>
    public static Hyperparameter MinimumRate { get; } = Real("lr_min", @"\eta_{\min}", "[0, inf)", "that of lr") with { Otherwise = 0 };

    /// <summary>What a rate is multiplied by at each fall of a step decay; above 1 it grows.</summary>
    public static Hyperparameter Gamma { get; } = Real("gamma", @"\gamma", "(0, inf)", "1");

    /// <summary>Where a step decay or an exponential ends: no lower where it falls, no higher where it grows; nowhere where it is left out.</summary>
    public static Hyperparameter RateBound { get; } = Real("lr_end", @"\eta_{\mathrm{end}}", "[0, inf)", "that of lr");

    /// <summary>The steps between two falls of a step decay.</summary>
    public static Hyperparameter Every { get; } = Count("every", "k", "[1, inf)", "steps");

    /// <summary>The step at which a schedule ends, warmup included.</summary>
    public static Hyperparameter Total { get; } = Count("total", "T", "[1, inf)", "steps");

    /// <summary>The steps of a linear warmup; 0 for none.</summary>
    public static Hyperparameter Warmup { get; } = Count("warmup", "w", "[0, inf)", "steps");

    /// <summary>The step at which a decay begins.</summary>
    public static Hyperparameter DecayStart { get; } = Count("decay_start", "a", "[0, inf)", "steps");

    /// <summary>The steps over which an exponential decay falls by its factor.</summary>
    public static Hyperparameter ExponentialEvery { get; } = Every with { Otherwise = 1 };

    /// <summary>What a rate is multiplied by at each milestone.</summary>
    public static Hyperparameter MilestoneGamma { get; } = Gamma with { Otherwise = 0.1 };

    /// <summary>What the height of a cycle is multiplied by at each step.</summary>
    public static Hyperparameter CycleGamma { get; } = Gamma with { Domain = Domain.Parse("(0, 1]"), Otherwise = 1 };

    /// <summary>The power of a polynomial decay; 1 is a line.</summary>
    public static Hyperparameter Power { get; } = Real("power", "p", "(0, inf)", "1") with { Otherwise = 1 };

    /// <summary>How many steps before its peak an inverse root begins; the warmup where it is left out.</summary>
    public static Hyperparameter Timescale { get; } = Count("timescale", "s", "[1, inf)", "steps");

    /// <summary>The steps of the first period of a cosine with restarts.</summary>
    public static Hyperparameter FirstPeriod { get; } = Count("t_0", "T_0", "[1, inf)", "steps");

    /// <summary>How many times as long each period is as the one before.</summary>
    public static Hyperparameter PeriodFactor { get; } = Count("t_mult", "m", "[1, inf)", "1") with { Otherwise = 1 };

    /// <summary>The share of the steps of one cycle up to its peak.</summary>
    public static Hyperparameter PeakShare { get; } = Real("pct_start", "p", "[0, 1]", "1") with { Otherwise = 0.3 };

    /// <summary>How many times as large the peak is as the first rate.</summary>
    public static Hyperparameter DivFactor { get; } = Real("div_factor", "d", "[1, inf)", "1") with { Otherwise = 25 };

    /// <summary>How many times as large the first rate is as the last.</summary>
    public static Hyperparameter FinalDivFactor { get; } = Real("final_div_factor", "d'", "[1, inf)", "1") with { Otherwise = 1e4 };

    /// <summary>The steps in which a cycle rises.</summary>
    public static Hyperparameter StepsUp { get; } = Count("step_size_up", "u", "[1, inf)", "steps") with { Otherwise = 2000 };

    /// <summary>The steps in which a cycle falls; those in which it rises where it is left out.</summary>
    public static Hyperparameter StepsDown { get; } = Count("step_size_down", "d", "[1, inf)", "steps");

    /// <summary>The momentum of a cycle where its rate is highest.</summary>
    public static Hyperparameter BaseMomentum { get; } = Real("base_momentum", @"\mu_{\min}", "[0, inf)", "1");

    /// <summary>The momentum of a cycle where its rate is lowest.</summary>
    public static Hyperparameter MaxMomentum { get; } = BaseMomentum with { Name = "max_momentum", TeX = @"\mu_{\max}" };

    /// <summary>What a rate is multiplied by until a step.</summary>
    public static Hyperparameter ConstantFactor { get; } = Real("factor", "f", "[0, 1]", "1") with { Otherwise = 1.0 / 3 };

    /// <summary>What a rate is multiplied by at first.</summary>
    public static Hyperparameter StartFactor { get; } = Real("start_factor", "f_0", "[0, 1]", "1") with { Otherwise = 1.0 / 3 };

    /// <summary>The same for a warmup.</summary>
    public static Hyperparameter WarmupFactor { get; } = StartFactor with { Otherwise = 0 };

    /// <summary>What a rate is multiplied by in the end.</summary>
    public static Hyperparameter EndFactor { get; } = Real("end_factor", "f_1", "[0, 1]", "1") with { Otherwise = 1 };

    /// <summary>What a rate is multiplied by on a plateau.</summary>
    public static Hyperparameter PlateauFactor { get; } = ConstantFactor with { Domain = Domain.Parse("[0, 1)"), Otherwise = 0.1 };

    /// <summary>The steps in a row without improvement that a plateau may have.</summary>
    public static Hyperparameter PlateauPatience { get; } = Count("patience", "n", "[0, inf)", "steps") with { Otherwise = 10 };

    /// <summary>By how much more than this a metric must be better than the best one: a share of it, or an amount.</summary>
    public static Hyperparameter PlateauThreshold { get; } = Real("threshold", @"\tau", "[0, inf)", "1, or metric") with { Otherwise = 1e-4 };

    /// <summary>The steps after a fall that don't count.</summary>
    public static Hyperparameter Cooldown { get; } = Count("cooldown", "c", "[0, inf)", "steps") with { Otherwise = 0 };

    /// <summary>A fall by no more than this is left out.</summary>
    public static Hyperparameter PlateauEpsilon { get; } = Real("eps", @"\epsilon", "[0, inf)", "that of lr") with { Otherwise = 1e-8 };

    /// <summary>A step of a schedule, counted from 0.</summary>
    public static Hyperparameter Step { get; } = Count("steps", "t", "[0, inf)", "steps");

    /// <summary>A step of an optimizer, counted from 1.</summary>
    public static Hyperparameter Update { get; } = Count("step", "t", "[1, inf)", "steps");

    /// <summary>The first rate of a sweep.</summary>
    public static Hyperparameter SweepMinimum { get; } = Real("lr_min", @"\eta_{\min}", "(0, inf)", "that of lr");

    /// <summary>The last rate of a sweep.</summary>
    public static Hyperparameter SweepMaximum { get; } = Real("lr_max", @"\eta_{\max}", "(0, inf)", "that of lr");

    /// <summary>The rates of a sweep.</summary>
    public static Hyperparameter SweepCount { get; } = Count("count", "n", "[2, inf)", "rates");

    /// <summary>The share that the average of losses keeps in a sweep.</summary>
    public static Hyperparameter LossSmoothing { get; } = Real("smoothing", "s", "[0, 1)", "1") with { Otherwise = 0 };

    /// <summary>The share that the first moment keeps.</summary>
    public static Hyperparameter Beta1 { get; } = Real("beta1", @"\beta_1", "[0, 1)", "1") with { Otherwise = 0.9 };

    /// <summary>The share that the second moment keeps.</summary>
    public static Hyperparameter Beta2 { get; } = Real("beta2", @"\beta_2", "[0, 1)", "1") with { Otherwise = 0.999 };

    /// <summary>The share that a moment keeps: <see cref="Beta1"/> or <see cref="Beta2"/>.</summary>
    public static Hyperparameter Beta { get; } = Beta1 with { Name = "beta", TeX = @"\beta", Otherwise = null };

    /// <summary>What keeps the quotient of Adam's moments finite; at 0 an element that has never had a gradient becomes NaN (0/0).</summary>
    public static Hyperparameter Epsilon { get; } = Real("eps", @"\epsilon", "[0, inf)", "gradient") with { Otherwise = 1e-8, Divides = true };

    /// <summary>The same for LAMB.</summary>
    public static Hyperparameter LambEpsilon { get; } = Epsilon with { Otherwise = 1e-6 };

    /// <summary>The share that an average of weights keeps.</summary>
    public static Hyperparameter AverageDecay { get; } = Beta1 with { Name = "decay", TeX = @"\beta", Otherwise = 0.999 };

    /// <summary>The updates so far, by which a young average of weights keeps less.</summary>
    public static Hyperparameter UpdatesSoFar { get; } = Count("num_updates", "n", "[0, inf)", "steps");

    /// <summary>What a layer's norm counts as at least in LAMB.</summary>
    public static Hyperparameter LeastNorm { get; } = Real("min_norm", @"\gamma_l", "[0, inf)", "θ") with { Otherwise = 0 };

    /// <summary>What a layer's norm counts as at most in LAMB; no bound where it is left out.</summary>
    public static Hyperparameter MostNorm { get; } = Real("max_norm", @"\gamma_u", "(0, inf]", "θ");

    /// <summary>What the ratio of the norms counts as at least in LAMB.</summary>
    public static Hyperparameter LeastRatio { get; } = LeastNorm with { Name = "min_ratio", TeX = @"\rho_l", Unit = "1" };

    /// <summary>What the ratio of the norms counts as at most in LAMB; no bound where it is left out.</summary>
    public static Hyperparameter MostRatio { get; } = MostNorm with { Name = "max_ratio", TeX = @"\rho_u", Unit = "1" };

    /// <summary>What is added to a row's variance in layer normalization; at 0 a row of equal elements has no gradient (0/0).</summary>
    public static Hyperparameter LayerNormEpsilon { get; } = Epsilon with { Unit = "x²", Otherwise = 1e-5 };

    /// <summary>What is added to a row's mean square in RMS normalization; at 0 a row of zeros has no gradient (0/0).</summary>
    public static Hyperparameter RmsNormEpsilon { get; } = LayerNormEpsilon with { Otherwise = 1e-6 };

    /// <summary>The strength of weight decay.</summary>
    public static Hyperparameter WeightDecay { get; } = Real("weight_decay", @"\lambda", "[0, inf)", "gradient per θ") with { Otherwise = 0 };

    /// <summary>The strength of LAMB's decay, which enters a direction without a unit.</summary>
    public static Hyperparameter LambDecay { get; } = WeightDecay with { Unit = "1 per θ" };

    /// <summary>The strength of AdamW's decay.</summary>
    public static Hyperparameter DecoupledDecay { get; } = WeightDecay with { Unit = "1 per α", Otherwise = 0.01 };

    /// <summary>The share that a momentum buffer keeps.</summary>
    public static Hyperparameter Momentum { get; } = Real("momentum", @"\mu", "[0, 1)", "1") with { Otherwise = 0 };

    /// <summary>The same for LARS.</summary>
    public static Hyperparameter LarsMomentum { get; } = Momentum with { Otherwise = 0.9 };

    /// <summary>The share of a gradient that does not enter the buffer.</summary>
    public static Hyperparameter Dampening { get; } = Real("dampening", @"\tau", "[0, 1)", "1") with { Otherwise = 0 };

    /// <summary>The share that RMSprop's average of squares keeps.</summary>
    public static Hyperparameter SquareDecay { get; } = Real("alpha", @"\rho", "[0, 1)", "1") with { Otherwise = 0.99 };

    /// <summary>The share that Adadelta's averages of squares keep.</summary>
    public static Hyperparameter AdadeltaDecay { get; } = SquareDecay with { Name = "rho", Otherwise = 0.9 };

    /// <summary>What stands inside both of Adadelta's roots: without it no first step is made.</summary>
    public static Hyperparameter AdadeltaEpsilon { get; } = Epsilon with { Unit = "gradient² and θ²", Otherwise = 1e-6 };

    /// <summary>The rate of Adadelta, whose paper has none.</summary>
    public static Hyperparameter AdadeltaRate { get; } = LayerRate with { Otherwise = 1 };

    /// <summary>What keeps Adagrad's quotient finite.</summary>
    public static Hyperparameter AdagradEpsilon { get; } = Epsilon with { Otherwise = 1e-10 };

    /// <summary>By how much Adagrad's rate falls at each step.</summary>
    public static Hyperparameter RateDecay { get; } = Real("lr_decay", @"\kappa", "[0, inf)", "1 per step") with { Otherwise = 0 };

    /// <summary>What a sum or an average of squares starts from.</summary>
    public static Hyperparameter InitialAccumulator { get; } = Real("initial_accumulator_value", "s_0", "[0, inf)", "gradient²") with { Otherwise = 0 };

    /// <summary>How fast NAdam's momentum grows to β₁.</summary>
    public static Hyperparameter MomentumDecay { get; } = Real("momentum_decay", @"\psi", "[0, inf)", "1 per step") with { Otherwise = 0.004 };

    /// <summary>The length of its average from which RAdam divides by the second moment; at 4 and below the variance has no bound.</summary>
    public static Hyperparameter Threshold { get; } = Real("threshold", @"\rho_{\min}", "[4, inf)", "steps") with { Otherwise = 5 };

    /// <summary>The share that Lion's moment keeps.</summary>
    public static Hyperparameter LionBeta2 { get; } = Beta2 with { Otherwise = 0.99 };

    /// <summary>The share that Muon's momentum buffer keeps.</summary>
    public static Hyperparameter MuonMomentum { get; } = Momentum with { Otherwise = 0.95 };

    /// <summary>What is added to the Frobenius norm that Muon divides by.</summary>
    public static Hyperparameter MuonEpsilon { get; } = Epsilon with { Otherwise = 1e-7 };

    /// <summary>How often Muon's matrix is iterated.</summary>
    public static Hyperparameter Iterations { get; } = Count("ns_steps", "K", "[1, 64]", "iterations") with { Otherwise = 5 };

    /// <summary>The strength of the decay of Muon and Adafactor.</summary>
    public static Hyperparameter MatrixDecay { get; } = WeightDecay with { Unit = "1 per η" };

    /// <summary>The rate of Adafactor, which is relative to the size of the parameters; its relative step falls from here.</summary>
    public static Hyperparameter AdafactorRate { get; } = LayerRate with { Otherwise = 0.01 };

    /// <summary>How fast the share falls that a step brings to Adafactor's second moments.</summary>
    public static Hyperparameter MomentExponent { get; } = Real("decay_rate", "c", "[0, inf)", "1") with { Otherwise = 0.8 };

    /// <summary>What is added to each squared gradient in Adafactor; at 0 a row or column that has never had a gradient makes its tensor NaN (0/0).</summary>
    public static Hyperparameter SquareEpsilon { get; } = Epsilon with { TeX = @"\epsilon_1", Unit = "gradient²", Otherwise = 1e-30 };

    /// <summary>What the size of a tensor's parameters counts as at least in Adafactor's rate.</summary>
    public static Hyperparameter LeastSize { get; } = Real("eps_scale", @"\epsilon_2", "[0, inf)", "θ") with { Otherwise = 1e-3 };

    /// <summary>The largest root mean square of a step in Adafactor, before the rate.</summary>
    public static Hyperparameter ClipThreshold { get; } = Real("clip_threshold", "d", "(0, inf]", "1") with { Otherwise = 1 };

    /// <summary>The share that Adafactor's momentum keeps of the steps; 0 for none, and nothing kept for it.</summary>
    public static Hyperparameter StepMomentum { get; } = Beta1 with { Otherwise = 0 };

    /// <summary>LARS's trust: a layer's rate as a share of its norm.</summary>
    public static Hyperparameter TrustCoefficient { get; } = Real("trust_coefficient", "t", "[0, inf)", "1") with { Otherwise = 0.001 };

    /// <summary>What a rate is multiplied by from a layer to the one below.</summary>
    public static Hyperparameter LayerDecay { get; } = Real("decay", @"\xi", "(0, 1]", "1");

    /// <summary>The layers of a model.</summary>
    public static Hyperparameter Layers { get; } = Count("layers", "L", "[1, inf)", "layers");

    /// <summary>The share of a label that is spread over all classes.</summary>
    public static Hyperparameter LabelSmoothing { get; } = Real("label_smoothing", "s", "[0, 1]", "1") with { Otherwise = 0 };

    /// <summary>The same where labels are made.</summary>
    public static Hyperparameter Smoothing { get; } = LabelSmoothing with { Name = "smoothing", Otherwise = null };

    /// <summary>The classes.</summary>
    public static Hyperparameter Classes { get; } = Count("num_classes", "K", "[1, inf)", "classes");

    /// <summary>What ELU falls to far below 0, with the other sign.</summary>
    public static Hyperparameter EluAlpha { get; } = Real("alpha", @"\alpha", "[0, inf)", "that of x") with { Otherwise = 1 };

    /// <summary>The error from which Huber's loss rises linearly.</summary>
    public static Hyperparameter HuberDelta { get; } = Real("delta", @"\delta", "(0, inf)", "prediction") with { Otherwise = 1 };

    /// <summary>The error from which the smooth absolute loss is the absolute error, less a constant; at 0 it is the absolute error everywhere.</summary>
    public static Hyperparameter SmoothBeta { get; } = Real("beta", @"\beta", "[0, inf)", "prediction") with { Otherwise = 1 };

    /// <summary>The probability of being dropped.</summary>
    public static Hyperparameter DropProbability { get; } = Real("p", "p", "[0, 1)", "1");

    /// <summary>The strength of a penalty.</summary>
    public static Hyperparameter PenaltyStrength { get; } = Real("lambda", @"\lambda", "[0, inf)", "loss per θ²");

    /// <summary>The epochs in a row without improvement that end the training; 0 as 1.</summary>
    public static Hyperparameter Patience { get; } = Count("patience", "n", "[0, inf)", "epochs");

    /// <summary>By how much more than this a loss must lie below the best one.</summary>
    public static Hyperparameter MinDelta { get; } = Real("min_delta", @"\delta", "[0, inf)", "loss, or 1") with { Otherwise = 0 };

    /// <summary>The largest norm that clipping leaves; at infinity nothing is clipped.</summary>
    public static Hyperparameter MaxNorm { get; } = Real("max_norm", "c", "(0, inf]", "gradient");

    /// <summary>The order of a norm; at infinity it is the largest magnitude.</summary>
    public static Hyperparameter NormOrder { get; } = Real("p", "p", "[1, inf]", "1");

    /// <summary>The same where a norm clips.</summary>
    public static Hyperparameter ClipNormOrder { get; } = NormOrder with { Name = "norm_type", Otherwise = 2 };

    /// <summary>The largest norm of a unit's gradient that adaptive clipping leaves, over that of the unit's weights.</summary>
    public static Hyperparameter AdaptiveShare { get; } = Real("clipping", @"\lambda", "(0, inf)", "gradient per θ") with { Otherwise = 0.01 };

    /// <summary>What the norm of a unit's weights counts as at least in adaptive clipping.</summary>
    public static Hyperparameter WeightFloor { get; } = Real("eps", @"\epsilon", "(0, inf)", "θ") with { Otherwise = 1e-3 };

    /// <summary>The largest magnitude that clipping by value leaves.</summary>
    public static Hyperparameter Limit { get; } = Real("limit", "c", "(0, inf)", "gradient");

    /// <summary>What a loss is multiplied by before its backward pass.</summary>
    public static Hyperparameter LossScale { get; } = Real("scale", "S", "(0, inf)", "1");

    /// <summary>What the loss scale is multiplied by after an interval without overflow.</summary>
    public static Hyperparameter Growth { get; } = Real("growth", "f", "(1, inf)", "1") with { Otherwise = 2 };

    /// <summary>What the loss scale is multiplied by after an overflow.</summary>
    public static Hyperparameter Backoff { get; } = Real("backoff", "f", "(0, 1)", "1") with { Otherwise = 0.5 };

    /// <summary>The steps without overflow after which the loss scale grows.</summary>
    public static Hyperparameter Interval { get; } = Count("interval", "n", "[1, inf)", "steps") with { Otherwise = 2000 };

    /// <summary>The overflows since the last growth from which on the loss scale backs off.</summary>
    public static Hyperparameter Hysteresis { get; } = Count("hysteresis", "h", "[1, inf)", "overflows") with { Otherwise = 1 };

    /// <summary>What the loss scale does not back off below.</summary>
    public static Hyperparameter MinimumScale { get; } = Real("min_scale", @"S_{\min}", "[0, inf)", "1") with { Otherwise = 0 };

    /// <summary>The examples of a batch.</summary>
    public static Hyperparameter BatchSize { get; } = Count("batch_size", "B", "[1, inf)", "examples");

    /// <summary>The batch size that a learning rate was made for.</summary>
    public static Hyperparameter Batch { get; } = BatchSize with { Name = "batch" };

    /// <summary>The batch size that it is to be used with.</summary>
    public static Hyperparameter NewBatch { get; } = BatchSize with { Name = "new_batch", TeX = "B'" };

    /// <summary>The inputs of a unit.</summary>
    public static Hyperparameter FanIn { get; } = Count("fan_in", @"n_{\mathrm{in}}", "[1, inf)", "units");

    /// <summary>The units that read an input.</summary>
    public static Hyperparameter FanOut { get; } = Count("fan_out", @"n_{\mathrm{out}}", "[1, inf)", "units");

    /// <summary>The layers of a GPT, each of which writes into the residual stream twice.</summary>
    public static Hyperparameter ResidualLayers { get; } = Layers with { TeX = "N" };

    /// <summary>What the deviation of a law of weights is multiplied by.</summary>
    public static Hyperparameter Gain { get; } = Real("gain", "g", "[0, inf)", "1") with { Otherwise = 1 };

    /// <summary>The deviation of a normal law before it is cut.</summary>
    public static Hyperparameter LawDeviation { get; } = Real("std", @"\sigma", "[0, inf)", "weight") with { Otherwise = 1 };

    /// <summary>Where a truncated normal law is cut below; −∞ for nowhere.</summary>
    public static Hyperparameter LowerCut { get; } = Real("a", @"\alpha", "[-inf, -0.25]", "σ") with { Otherwise = -2 };

    /// <summary>Where a truncated normal law is cut above; ∞ for nowhere.</summary>
    public static Hyperparameter UpperCut { get; } = Real("b", @"\beta", "[0.25, inf]", "σ") with { Otherwise = 2 };

    /// <summary>The slope of a leaky ReLU below 0.</summary>
    public static Hyperparameter NegativeSlope { get; } = Real("negative_slope", "a", "[0, 1]", "1") with { Otherwise = 0.01 };

    /// <summary>The groups of a convolution, each of which reads its own share of the inputs.</summary>
    public static Hyperparameter Groups { get; } = Count("groups", "G", "[1, inf)", "groups") with { Otherwise = 1 };

    /// <summary>The rows of a matrix.</summary>
    public static Hyperparameter Rows { get; } = Count("rows", "m", "[1, inf)", "rows");

    /// <summary>The columns of a matrix.</summary>
    public static Hyperparameter Columns { get; } = Rows with { Name = "columns", TeX = "n", Unit = "columns" };

    /// <summary>The entries of a vocabulary.</summary>
    public static Hyperparameter Vocabulary { get; } = Count("vocab", "V", "[1, inf)", "tokens");

    /// <summary>The width of an embedding.</summary>
    public static Hyperparameter Width { get; } = Count("width", "C", "[1, inf)", "units");

    /// <summary>The positions of a learned position table.</summary>
    public static Hyperparameter Context { get; } = Count("context", "T", "[1, inf)", "tokens");

    /// <summary>The width of a feed-forward part over that of the embedding.</summary>
    public static Hyperparameter MlpRatio { get; } = Count("mlp_ratio", "r", "[1, inf)", "1") with { Otherwise = 4 };

    /// <summary>The heads of an attention layer.</summary>
    public static Hyperparameter Heads { get; } = Count("heads", "H", "[1, inf)", "heads") with { Otherwise = 1 };

    /// <summary>The distance over which a Gaussian process forgets, in units of the search space.</summary>
    public static Hyperparameter LengthScale { get; } = Real("length_scale", @"\ell", "(0, inf)", "1") with { Otherwise = 0.25 };

    /// <summary>The variance of a Gaussian process.</summary>
    public static Hyperparameter KernelVariance { get; } = Real("variance", "s", "(0, inf)", "loss²") with { Otherwise = 1 };

    /// <summary>All of them by the names of their properties here, in the order in which they are declared.</summary>
    public static IReadOnlyDictionary<string, Hyperparameter> All { get; } = new OrderedDictionary<string, Hyperparameter>(
        typeof(Hyperparameters).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.PropertyType == typeof(Hyperparameter))
            .OrderBy(p => p.MetadataToken)
            .Select(p => KeyValuePair.Create(p.Name, (Hyperparameter)p.GetValue(null)!)));

    private static Hyperparameter Real(string name, string teX, string domain, string unit) => new(name, teX, Domain.Parse(domain), unit);

    private static Hyperparameter Count(string name, string teX, string domain, string unit) => Real(name, teX, domain, unit) with { Whole = true };
}
