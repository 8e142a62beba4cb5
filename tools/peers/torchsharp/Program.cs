// TorchSharp: its own functions, optimizers and clipping are asked, of which the optimizers are written in C#; nothing of them is written again here.
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using static Answers;
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
    ["cross_entropy"] = CrossEntropy,
    ["layer_norm"] = LayerNorm,
    ["attention"] = Attention,
    ["norm.l2"] = r => new() { ["norm"] = Json(linalg.vector_norm(cat(r.Rows("tensors")))) },
    ["norm.p"] = r => new() { ["norm"] = Json(linalg.vector_norm(cat(r.Rows("tensors")), r.Number("p"))) },
    ["clip.global_norm"] = Clip,
    ["clip.value"] = r =>
    {
        Parameter[] held = Held(r);
        nn.utils.clip_grad_value_(held, r.Number("limit"));
        return new() { ["grads"] = new JsonArray([.. held.Select(p => Json(p.grad!))]) };
    },
    ["schedule"] = Schedules.Answer,
    ["init.moments"] = Initializers.Moments,
    ["init.sample"] = Initializers.Sample,
    ["init.truncated"] = Initializers.Truncated,
    ["init.fans"] = Initializers.Fans,
    ["init.gain"] = Initializers.Gain,
    ["sgd.step"] = r => Step(r, p => optim.SGD(Groups(r, p, SgdGroup), r.Number("lr"), r.Number("momentum", 0), r.Number("dampening", 0), r.Number("weight_decay", 0), r.Flag("nesterov"), r.Flag("maximize"))),
    ["adam.step"] = r => Step(r, p => optim.Adam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0), maximize: r.Flag("maximize"))),
    ["adamw.step"] = r => Step(r, p => optim.AdamW(Groups(r, p, AdamWGroup), r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0.01), maximize: r.Flag("maximize"))),
    ["amsgrad.step"] = r => Step(r, p => optim.Adam(p, r.Number("lr"), r.Number("beta1", 0.9), r.Number("beta2", 0.999), r.Number("eps", 1e-8), r.Number("weight_decay", 0), amsgrad: true, maximize: r.Flag("maximize"))),
    ["rmsprop.step"] = r => Step(r, p => optim.RMSProp(p, r.Number("lr"), r.Number("alpha", 0.99), r.Number("eps", 1e-8), r.Number("weight_decay", 0), r.Number("momentum", 0), r.Flag("centered"), r.Flag("maximize"))),
    ["adagrad.step"] = r => Step(r, p => optim.Adagrad(p, r.Number("lr"), r.Number("lr_decay", 0), r.Number("weight_decay", 0), r.Number("initial_accumulator_value", 0), r.Number("eps", 1e-10))),
    ["adadelta.step"] = r => Step(r, p => optim.Adadelta(p, r.Number("lr", 1), r.Number("rho", 0.9), r.Number("eps", 1e-6), r.Number("weight_decay", 0), r.Flag("maximize"))),
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
    catch (Exception e) when (e is ArgumentException or ExternalException)
    {
        answer = new() { ["ok"] = false, ["error"] = new JsonObject { ["kind"] = "invalid-argument", ["argument"] = Argument(e.Message), ["message"] = e.Message } };
    }

    answer["id"] = asked["id"]?.DeepClone();
    Console.WriteLine(answer.ToJsonString());
}

// "Invalid learning rate: -0.1", "Invalid ε: -1E-08", "Target 4 is out of bounds.": the words of its refusals and the protocol's names.
static string? Argument(string message) =>
    new[] { ("Target ", "targets"), ("learning rate", "lr"), ("momentum", "momentum"), ("beta1", "beta1"), ("beta2", "beta2"), ("β1", "beta1"), ("β2", "beta2"), ("weight_decay", "weight_decay"), ("ε", "eps"), ("eps", "eps"), ("esterov", "nesterov") }
        .Where(w => message.Contains(w.Item1, StringComparison.OrdinalIgnoreCase)).Select(w => w.Item2).FirstOrDefault();

static JsonObject Activation(Request r)
{
    using Tensor x = r.Row("x").requires_grad_();
    Tensor y = r.Text("kind") switch { "relu" => F.relu(x), "gelu" => F.gelu(x), "sigmoid" => sigmoid(x), "tanh" => tanh(x), "silu" => F.silu(x), "elu" => F.elu(x, r.Number("alpha", 1)), "softplus" => F.softplus(x), "leaky_relu" => F.leaky_relu(x, r.Number("negative_slope", 0.01)), "selu" => F.selu(x), "relu6" => F.relu6(x), "hard_tanh" => F.hardtanh(x), "softsign" => F.softsign(x), var kind => throw new NotSupportedException(kind) };
    y.sum().backward();
    return new() { ["y"] = Json(y.detach()), ["slope"] = Json(x.grad!) };
}

static JsonObject Loss(Request r, string values, Func<Tensor, Tensor, nn.Reduction, Tensor> function)
{
    using Tensor x = r.Any(values).requires_grad_();
    Tensor loss = function(x, r.Any("targets"), Reduction(r));
    loss.sum().backward();
    return new() { ["loss"] = Json(loss.detach()), ["grad_" + values] = Json(x.grad!) };
}

// The groups as TorchSharp takes them, with those options that a group has of its own, and the tensors in none as the first.
static T[] Groups<T>(Request r, Parameter[] all, Func<Parameter[], Request, T> made)
{
    Request[] asked = r.Take("groups") is null ? [] : r.Parts("groups");
    Parameter[][] grouped = [.. asked.Select(g => g.Integers("tensors").Select(i => all[i]).ToArray())];
    T[] own = [.. asked.Zip(grouped, (g, held) => made(held, g))];
    foreach (Request g in asked)
        g.RefuseUnread();
    Parameter[] rest = [.. all.Except(grouped.SelectMany(g => g))];
    return rest.Length == 0 ? own : [made(rest, new Request([], r.Type)), .. own];
}

static SGD.ParamGroup SgdGroup(Parameter[] held, Request g) => new(held, new SGD.Options { LearningRate = g.Own("lr"), momentum = g.Own("momentum"), dampening = g.Own("dampening"), weight_decay = g.Own("weight_decay") });

static AdamW.ParamGroup AdamWGroup(Parameter[] held, Request g) => new(held, new AdamW.Options { LearningRate = g.Own("lr"), beta1 = g.Own("beta1"), beta2 = g.Own("beta2"), eps = g.Own("eps"), weight_decay = g.Own("weight_decay") });

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

static JsonObject CrossEntropy(Request r)
{
    using Tensor z = r.Any("logits").requires_grad_();
    Tensor targets = r.Take("targets")![0] is JsonArray ? r.Any("targets") : tensor(r.Integers("targets"), int64);
    Tensor loss = F.cross_entropy(z, targets, r.Take("weight") is null ? null : r.Row("weight"), r.Take("ignore_index") is null ? -100 : r.Whole("ignore_index"), Reduction(r), r.Number("label_smoothing", 0));
    loss.sum().backward();
    return new() { ["loss"] = Json(loss.detach()), ["grad_logits"] = Json(z.grad!) };
}

static JsonObject LayerNorm(Request r)
{
    Tensor x = r.Any("x").requires_grad_();
    Tensor? gain = r.Take("gain") is null ? null : r.Row("gain").requires_grad_(), bias = r.Take("bias") is null ? null : r.Row("bias").requires_grad_();
    Tensor y = F.layer_norm(x, [x.shape[1]], gain, bias, r.Number("eps", 1e-5));
    var answer = new JsonObject { ["y"] = Json(y.detach()) };
    if (r.Take("grad_y") is null)
        return answer;
    y.backward([r.Any("grad_y")]);
    foreach ((string name, Tensor? t) in new[] { ("grad_x", x), ("grad_gain", gain), ("grad_bias", bias) })
    {
        if (t is not null)
            answer[name] = Json(t.grad!);
    }

    return answer;
}

// A head is a batch of its own.
static JsonObject Attention(Request r)
{
    Tensor q = r.Any("q").requires_grad_(), k = r.Any("k").requires_grad_(), v = r.Any("v").requires_grad_();
    (long rows, long width) = (q.shape[0], q.shape[1]);
    long heads = r.Has("heads") ? r.Whole("heads") : 1;
    Tensor? asked = r.Take("mask") is null ? null : r.Any("mask");
    Tensor seen = ones(rows, rows, r.Type).tril().@bool(), mask = (asked ?? zeros(rows, rows, r.Type)).masked_fill(~seen, double.NegativeInfinity);
    Tensor Split(Tensor t) => t.view(rows, heads, width / heads).transpose(0, 1).unsqueeze(0);
    Tensor y = F.scaled_dot_product_attention(Split(q), Split(k), Split(v), mask).squeeze(0).transpose(0, 1).reshape(rows, width);
    var answer = new JsonObject { ["y"] = Json(y.detach()) };
    if (r.Take("grad_y") is null)
        return answer;
    y.backward([r.Any("grad_y")]);
    (answer["grad_q"], answer["grad_k"], answer["grad_v"]) = (Json(q.grad!), Json(k.grad!), Json(v.grad!));
    return answer;
}

// clip_grad_norm_ has no refusal of what is not finite.
static JsonObject Clip(Request r)
{
    if ((string?)r.Take("if_nonfinite") == "skip")
        throw new NotSupportedException("skip");
    Tensor[] before = r.Rows("grads");
    Parameter[] held = Held(r);
    double total = nn.utils.clip_grad_norm_(held, r.Number("max_norm"), r.Number("norm_type", 2));
    Tensor all = cat(before), clipped = cat([.. held.Select(p => p.grad!)]);
    Tensor places = all.nonzero().flatten();
    JsonNode scale = places.numel() == 0 ? 1 : Json((clipped[places[0]] / all[places[0]]).detach());
    return new() { ["grads"] = new JsonArray([.. held.Select(p => Json(p.grad!))]), ["total_norm"] = Answers.Of(total), ["scale"] = scale };
}

static Parameter[] Held(Request r) => [.. r.Rows("grads").Select(g => new Parameter(zeros_like(g)) { grad = g })];

static nn.Reduction Reduction(Request r) => r.Take("reduction") is { } asked ? Enum.Parse<nn.Reduction>((string)asked!, true) : nn.Reduction.Mean;
