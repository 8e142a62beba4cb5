using System.Text;
using TrainingSpec.Conformance.Oracle;

namespace Spec.Cli.Soak;

/// <summary>A request that holds or kills a careless oracle.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bytes">How long its line or its answer is, about.</param>
/// <param name="Line">Makes the line, without its end.</param>
/// <param name="Answer">How the answer must begin.</param>
internal sealed record HostileRequest(string Name, long Bytes, Func<byte[]> Line, string Answer);

/// <summary>The largest request of each operation that the limits allow, the same one item larger, and lines that are large, deep or damaged.</summary>
internal static class HostileRequests
{
    private const int Large = 60_000_000;

    public static IReadOnlyList<HostileRequest> All { get; } = [.. Largest(), .. Products(), .. TooLarge(), .. Odd(), .. Middling()];

    // Of the narrow formats one: the other differs in how a number is read.
    private static IEnumerable<HostileRequest> Largest() =>
        from sized in SizedRequests.All
        where sized.Operation != "attention"
        from dtype in sized.Operation is "cast" or "softmax" or "log_softmax" or "logsumexp" or "dropout" or "norm.l2" or "adafactor.step" or "cross_entropy" ? (string[])["float64", "float16"] : ["float64"]
        select Sized("the largest " + sized.Operation + (dtype == "float64" ? "" : " in " + dtype), sized, sized.Most, dtype, Right);

    private static IEnumerable<HostileRequest> Products() =>
    [
        new("the largest attention", 11 << 20, () => Attention(1400, 1020), Right),
        new("attention of as many positions as may be computed beyond the dtype", 2 << 20, () => Attention(310, 60, "1e10", gradient: false), Right),
        new("muon.step of seven matrices of 256 × 256", 7 << 20, () => Muon(7), Right),
    ];

    private static IEnumerable<HostileRequest> TooLarge() =>
        SizedRequests.All.Where(sized => sized.Operation != "attention" && Length(sized, sized.Most) < Large && (sized.PerItem > 0 || sized.Args.Contains("«[", StringComparison.Ordinal)))
            .Select(sized => Sized($"{sized.Operation}, a few items too many", sized, sized.Most + 16, "float64", Wrong("invalid-argument")))
            .Append(new("attention of 3162 × 2600", 48 << 20, () => Attention(3162, 2600), Wrong("invalid-argument", "q")))
            .Append(new("muon.step of eight matrices of 256 × 256", 8 << 20, () => Muon(8), Wrong("invalid-argument", "shapes")));

    private static IEnumerable<HostileRequest> Odd()
    {
        var norm = new SizedRequest("norm.l2", "\"tensors\":[«[]»]", 0, 1);
        yield return new("22 million empty tensors", Large, () => norm.Line("1", 22_000_000), Wrong("invalid-argument", "tensors"));
        var nested = new SizedRequest("norm.l2", "\"tensors\":[«[[]]»]", 0, 1);
        yield return new("a million nested lists", 5_000_000, () => nested.Line("1", 1_000_000), Wrong("shape-mismatch", "tensors"));
        yield return new("brackets without end", Large, () => Filled("{\"id\":1,\"op\":\"softmax\",\"args\":{\"logits\":", (byte)'[', ""), Wrong("parse"));
        yield return new("60 MB that are not UTF-8", Large, () => Filled("{\"id\":1,\"op\":\"", 0xC3, ""), Wrong("parse"));
        yield return new("a line over 64 MiB", Protocol.MaxLineBytes + 2, () => Filled("{\"id\":1,\"op\":\"", (byte)'x', "", Protocol.MaxLineBytes + 2), Wrong("parse"));
        yield return new("a line of 200 MiB", 200 << 20, () => Filled("{\"id\":1,\"op\":\"", (byte)'x', "", 200 << 20), Wrong("parse"));
        yield return new("an id of 60 MB", Large, () => Filled("{\"op\":\"softmax\",\"args\":{\"logits\":[1]},\"id\":\"", (byte)'x', "\"}"), "{\"id\":\"xxx");
        yield return new("an operation of 60 MB", Large, () => Filled("{\"id\":1,\"op\":\"", (byte)'x', "\"}"), Wrong("unknown-op", "op"));
        yield return new("an argument's name of 60 MB", Large, () => Filled("{\"id\":1,\"op\":\"softmax\",\"args\":{\"logits\":[1],\"", (byte)'x', "\":1}}"), Wrong("invalid-argument"));
        yield return new("a text of 60 MB for a number", Large, () => Filled("{\"id\":1,\"op\":\"softmax\",\"args\":{\"logits\":[\"", (byte)'1', "\"]}}"), Wrong("invalid-argument", "logits"));
        yield return new("a number of 60 million digits", Large, () => Filled("{\"id\":1,\"op\":\"softmax\",\"args\":{\"logits\":[0.", (byte)'1', "]}}"), Right);
        yield return new("the same in float16, at a midpoint", Large, () => Filled("{\"id\":1,\"op\":\"softmax\",\"dtype\":\"float16\",\"args\":{\"logits\":[2049.", (byte)'0', "1]}}"), Right);
        yield return new("a whole number of 60 million digits", Large, () => Filled("{\"id\":1,\"op\":\"random.uniform\",\"args\":{\"count\":1,\"seed\":", (byte)'1', "}}"), Wrong("invalid-argument", "seed"));
        var members = new SizedRequest("softmax", "\"logits\":[1],«\"a\":1»", 0, 1);
        yield return new("10 million members", Large, () => members.Line("1", 10_000_000), Wrong("invalid-argument", "a"));
        var state = new SizedRequest("adam.step", "\"params\":[[1]],\"grads\":[[1]],\"lr\":1,\"state\":{\"kind\":\"adam\",\"m\":[[«0»]]}", 0, 1);
        yield return new("a state of 30 million numbers for one parameter", Large, () => state.Line("1", 30_000_000), Wrong("invalid-argument", "state"));
    }

    // What a quick run can afford.
    private static IEnumerable<HostileRequest> Middling()
    {
        const int size = 1_000_000;
        SizedRequest norm = SizedRequests.All.First(sized => sized.Operation == "norm.l2");
        yield return Sized("a norm of 400000", norm, 400_000, "float64", Right);
        yield return new("attention beyond the dtype", 3_000_000, () => Attention(3162, 60, "1e30"), Wrong("invalid-argument", "q"));
        yield return new("attention of 3163 positions", 40_000, () => Attention(3163, 1), Wrong("invalid-argument", "q"));
        yield return new("brackets without end, 1 MB", size, () => Filled("{\"id\":1,\"op\":\"softmax\",\"args\":{\"logits\":", (byte)'[', "", size), Wrong("parse"));
        yield return new("1 MB that is not UTF-8", size, () => Filled("{\"id\":1,\"op\":\"", 0xC3, "", size), Wrong("parse"));
        yield return new("an id of 1 MB", size, () => Filled("{\"op\":\"softmax\",\"args\":{\"logits\":[1]},\"id\":\"", (byte)'x', "\"}", size), "{\"id\":\"xxx");
        yield return new("a midpoint of float16 with a million digits", size, () => Filled("{\"id\":1,\"op\":\"softmax\",\"dtype\":\"float16\",\"args\":{\"logits\":[2049.", (byte)'0', "1]}}", size), Right);
    }

    private const string Right = "{\"id\":1,\"ok\":true,\"result\":{";

    private static string Wrong(string kind, string? argument = null) =>
        "{\"id\":1,\"ok\":false,\"error\":{\"kind\":\"" + kind + "\"" + (argument is null ? "" : ",\"argument\":\"" + argument + "\"");

    private static HostileRequest Sized(string name, SizedRequest sized, int n, string dtype, string answer) =>
        new(name, (long)Math.Max(Length(sized, n), answer == Right ? 10.0 * sized.PerItem * n : 0), () => sized.Line("1", n, dtype), answer);

    // How long a line will be, from two short ones.
    private static double Length(SizedRequest sized, int n)
    {
        int one = sized.Line("1", 1000).Length;
        return one + (sized.Line("1", 2000).Length - one) * (n / 1000.0 - 1);
    }

    private static byte[] Attention(int positions, int width, string number = "1", bool gradient = true)
    {
        string row = "[" + string.Join(',', Enumerable.Repeat(number, width)) + "]";
        var rows = new SizedRequest("attention", $"\"q\":[«{row}»],\"k\":[«{row}»],\"v\":[«{row}»],\"grad_y\":[«{row}»]", 0, 0);
        return (gradient && positions * (long)width * 8 < Protocol.MaxLineBytes / 2 ? rows : rows with { Args = rows.Args[..rows.Args.LastIndexOf(',', rows.Args.IndexOf("\"grad_y", StringComparison.Ordinal))] }).Line("1", positions);
    }

    // Five iterations of three products each: 7 · 15 · 256³ is 1762 million.
    private static byte[] Muon(int matrices)
    {
        string matrix = "[" + string.Join(',', Enumerable.Repeat("1", 256 * 256)) + "]";
        return new SizedRequest("muon.step", $"\"lr\":0.1,\"params\":[«{matrix}»],\"grads\":[«{matrix}»],\"shapes\":[«[256,256]»]", 0, 0).Line("1", matrices);
    }

    private static byte[] Filled(string start, byte filling, string end, int length = Large)
    {
        byte[] line = new byte[length];
        line.AsSpan().Fill(filling);
        Encoding.UTF8.GetBytes(start, line);
        Encoding.UTF8.GetBytes(end, line.AsSpan(length - end.Length));
        return line;
    }
}
