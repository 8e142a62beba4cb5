// TorchSharp: its own functions, optimizers and clipping are asked, of which the optimizers are written in C#; nothing of them is written again here.
using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
set_num_threads(1);
var operations = new Dictionary<string, Func<Request, JsonObject>>
{
    ["softmax"] = r => new() { ["probs"] = Json(F.softmax(r.Row("logits"), 0)) },
    ["log_softmax"] = r => new() { ["log_probs"] = Json(F.log_softmax(r.Row("logits"), 0)) },
    ["logsumexp"] = r => new() { ["value"] = Json(logsumexp(r.Row("x"), 0)) },
    ["activation"] = Activation,
    ["mse"] = r => Loss(r, "predictions", (x, y, reduction) => F.mse_loss(x, y, reduction)),
    ["huber"] = r => Loss(r, "predictions", (x, y, reduction) => F.huber_loss(x, y, r.Number("delta", 1), reduction)),
    ["smooth_l1"] = r => Loss(r, "predictions", (x, y, reduction) => F.smooth_l1_loss(x, y, reduction, r.Number("beta", 1))),
    ["bce_with_logits"] = r => Loss(r, "logits", (x, y, reduction) => F.binary_cross_entropy_with_logits(x, y, null, reduction)),
    ["sgd.step"] = r => Step(r, p => optim.SGD(p, r.Number("lr"), r.Number("momentum", 0), r.Number("dampening", 0), r.Number("weight_decay", 0), r.Flag("nesterov"))),
    ["adam.step"] = r => Step(r, p => optim.Adam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0))),
    ["adamw.step"] = r => Step(r, p => optim.AdamW(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0.01))),
    ["amsgrad.step"] = r => Step(r, p => optim.Adam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0), amsgrad: true)),
    ["rmsprop.step"] = r => Step(r, p => optim.RMSProp(p, r.Number("lr"), r.Number("alpha", 0.99), r.Number("eps", 1e-8), r.Number("weight_decay", 0), r.Number("momentum", 0), r.Flag("centered"))),
    ["adagrad.step"] = r => Step(r, p => optim.Adagrad(p, r.Number("lr"), r.Number("lr_decay", 0), r.Number("weight_decay", 0), r.Number("initial_accumulator_value", 0), r.Number("eps", 1e-10))),
    ["adadelta.step"] = r => Step(r, p => optim.Adadelta(p, r.Number("lr", 1), r.Number("rho", 0.9), r.Number("eps", 1e-6), r.Number("weight_decay", 0))),
    ["adamax.step"] = r => Step(r, p => optim.Adamax(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0))),
    ["nadam.step"] = r => Step(r, p => optim.NAdam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0), r.Number("momentum_decay", 0.004))),
    ["radam.step"] = r => Step(r, p => optim.RAdam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0))),
};

while (Console.ReadLine() is { } line)
{
    JsonNode asked = JsonNode.Parse(line)!;
    string op = (string)asked["op"]!, dtype = (string?)asked["dtype"] ?? "float64";
    JsonObject answer;
    try
    {
        using DisposeScope scope = NewDisposeScope();
        var request = new Request(asked["args"] as JsonObject ?? [], dtype == "float64" ? ScalarType.Float64 : ScalarType.Float32);
        JsonObject result = op == "describe"
            ? new() { ["name"] = "TorchSharp", ["version"] = version, ["language"] = "C#", ["operations"] = new JsonArray([.. operations.Keys.Order().Select(k => (JsonNode)k)]), ["dtypes"] = new JsonArray("float64", "float32") }
            : (dtype is "float64" or "float32") && operations.TryGetValue(op, out Func<Request, JsonObject>? operation) ? operation(request) : throw new NotSupportedException($"{op} in {dtype}");
        if (op != "describe")
            request.RefuseUnread();
        answer = new() { ["ok"] = true, ["result"] = result };
    }
    catch (NotSupportedException e)
    {
        answer = new() { ["ok"] = false, ["error"] = new JsonObject { ["kind"] = "unsupported", ["message"] = e.Message } };
    }
    catch (ArgumentException e)
    {
        answer = new() { ["ok"] = false, ["error"] = new JsonObject { ["kind"] = "invalid-argument", ["argument"] = Argument(e.Message), ["message"] = e.Message } };
    }

    answer["id"] = asked["id"]?.DeepClone();
    Console.WriteLine(answer.ToJsonString());
}

// "Invalid learning rate: -0.1", "Invalid ε: -1E-08": the words of its refusals and the protocol's names.
static string? Argument(string message) =>
    new[] { ("learning rate", "lr"), ("momentum", "momentum"), ("beta1", "beta1"), ("beta2", "beta2"), ("β1", "beta1"), ("β2", "beta2"), ("weight_decay", "weight_decay"), ("ε", "eps"), ("eps", "eps"), ("esterov", "nesterov") }
        .Where(w => message.Contains(w.Item1, StringComparison.OrdinalIgnoreCase)).Select(w => w.Item2).FirstOrDefault();

static JsonObject Activation(Request r)
{
    using Tensor x = r.Row("x").requires_grad_();
    Tensor y = r.Text("kind") switch { "relu" => F.relu(x), "gelu" => F.gelu(x), "sigmoid" => sigmoid(x), "tanh" => tanh(x), "silu" => F.silu(x), "elu" => F.elu(x, r.Number("alpha", 1)), "softplus" => F.softplus(x), var kind => throw new NotSupportedException(kind) };
    y.sum().backward();
    return new() { ["y"] = Json(y.detach()), ["slope"] = Json(x.grad!) };
}

static JsonObject Loss(Request r, string values, Func<Tensor, Tensor, nn.Reduction, Tensor> function)
{
    using Tensor x = r.Any(values).requires_grad_();
    nn.Reduction reduction = r.Take("reduction") is { } asked ? Enum.Parse<nn.Reduction>((string)asked!, true) : nn.Reduction.Mean;
    Tensor loss = function(x, r.Any("targets"), reduction);
    loss.sum().backward();
    return new() { ["loss"] = Json(loss.detach()), ["grad_" + values] = Json(x.grad!) };
}

// One step; the optimizer's own form of its state, without its options, which each request gives anew, is the state.
static JsonObject Step(Request r, Func<Parameter[], optim.Optimizer> make)
{
    Parameter[] parameters = [.. r.Rows("params").Select(t => new Parameter(t))];
    foreach ((Parameter p, Tensor g) in parameters.Zip(r.Rows("grads")))
        p.grad = g;
    JsonNode? state = r.Take("state");
    using var made = (OptimizerHelper)make(parameters);
    if (state is JsonArray held)
    {
        foreach ((OptimizerState own, JsonNode? kept) in made.state_dict().State.Zip(held))
            own.LoadStateDict(new BinaryReader(new MemoryStream(Convert.FromBase64String((string)kept!))));
    }

    made.step();
    var after = new JsonArray();
    foreach (OptimizerState own in made.state_dict().State)
    {
        using var bytes = new MemoryStream();
        own.SaveStateDict(new BinaryWriter(bytes));
        after.Add(Convert.ToBase64String(bytes.ToArray()));
    }

    return new() { ["params"] = new JsonArray([.. parameters.Select(p => Json(p.detach()))]), ["state"] = after };
}

static JsonNode Json(Tensor t)
{
    static JsonNode Of(double x) => double.IsFinite(x) ? x : x.ToString(CultureInfo.InvariantCulture);
    if (t.dim() > 1)
        return new JsonArray([.. Enumerable.Range(0, (int)t.shape[0]).Select(i => Json(t[i]))]);
    double[] values = t.to_type(ScalarType.Float64).data<double>().ToArray();
    return t.dim() == 0 ? Of(values[0]) : new JsonArray([.. values.Select(Of)]);
}

/// <summary>The arguments of a request; what nobody has read the library has not.</summary>
internal sealed class Request(JsonObject args, ScalarType dtype)
{
    private readonly HashSet<string> _read = [];

    public JsonNode? Take(string name)
    {
        _read.Add(name);
        return args[name];
    }

    public double Number(string name, double? left = null) => Take(name) is { } value ? Number(value) : !args.ContainsKey(name) && left is { } usual ? usual : throw new NotSupportedException($"{name} left out or null");

    public bool Flag(string name) => (bool?)Take(name) ?? false;

    public string Text(string name) => (string)Take(name)!;

    public Tensor Row(string name) => tensor([.. Take(name)!.AsArray().Select(x => Number(x!))], dtype);

    public Tensor[] Rows(string name) => [.. Take(name)!.AsArray().Select(row => tensor([.. row!.AsArray().Select(x => Number(x!))], dtype))];

    public Tensor Any(string name) => Take(name)![0] is JsonArray ? stack(Rows(name)) : Row(name);

    public void RefuseUnread()
    {
        if (args.Select(a => a.Key).Except(_read).FirstOrDefault() is { } other)
            throw new NotSupportedException(other);
    }

    private static double Number(JsonNode value) => double.Parse(value.ToString(), CultureInfo.InvariantCulture);
}
