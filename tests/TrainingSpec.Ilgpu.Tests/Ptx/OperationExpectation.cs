using System.Numerics;

namespace TrainingSpec.Ilgpu.Tests.Ptx;

/// <summary>What PTX ISA 8.0 says of an instruction, read from its name and computed in whole numbers.</summary>
internal static class OperationExpectation
{
    /// <summary>The expected bits; null where any NaN will do.</summary>
    /// <exception cref="NotSupportedException">The name is none that the expectation knows.</exception>
    public static ulong? Of(string name, ulong a, ulong b, ulong c)
    {
        string[] parts = name.Split('.');
        string type = parts[^1];
        return parts[0] switch
        {
            "mov" => a,
            "selp" => c != 0 ? a : b,
            "setp" => SetPredicate(parts, type, a, b, c),
            "testp" => Test(parts[1], FormatOf(type), a) ? 1UL : 0,
            "cvt" => Convert(parts, a),
            _ when type == "pred" => Logic(parts[0], a, b) & 1,
            _ when type[0] == 'f' => Float(parts, FormatOf(type), a, b, c),
            "and" or "or" or "xor" or "not" => Modulo(Logic(parts[0], a, b), SizeOf(type)),
            _ => Whole(parts, type, a, b, c),
        };
    }

    public static int SizeOf(string type) => type == "pred" ? 0 : int.Parse(type[1..], System.Globalization.CultureInfo.InvariantCulture) / 8;

    private static Ieee754 FormatOf(string type) => type == "f32" ? Ieee754.Single : Ieee754.Double;

    private static ulong Logic(string operation, ulong a, ulong b) => operation switch
    {
        "and" => a & b,
        "or" => a | b,
        "xor" => a ^ b,
        "not" => ~a,
        _ => throw new NotSupportedException(operation),
    };

    private static ulong Modulo(BigInteger value, int size)
    {
        BigInteger modulus = BigInteger.One << (8 * size);
        return (ulong)(((value % modulus) + modulus) % modulus);
    }

    private static BigInteger Value(ulong bits, string type)
    {
        BigInteger value = Modulo(bits, SizeOf(type));
        return type[0] == 's' && value >= BigInteger.One << (8 * SizeOf(type) - 1) ? value - (BigInteger.One << (8 * SizeOf(type))) : value;
    }

    private static ulong? Whole(string[] parts, string type, ulong a, ulong b, ulong c)
    {
        int size = SizeOf(type), amount = (int)Math.Min(b & uint.MaxValue, (ulong)(8 * size));
        BigInteger x = Value(a, type), y = Value(b, type), z = Value(c, type);
        string operation = string.Join('.', parts[..^1]);
        return operation switch
        {
            "add" => Modulo(x + y, size),
            "sub" => Modulo(x - y, size),
            "mul.lo" => Modulo(x * y, size),
            "mul.hi" => Modulo(Floor(x * y, BigInteger.One << (8 * size)), size),
            "mul.wide" => Modulo(x * y, 2 * size),
            "mad.lo" => Modulo(x * y + z, size),
            "mad.wide" => Modulo(x * y + c, 2 * size),
            "div" => Modulo(BigInteger.Divide(x, y), size),
            "rem" => Modulo(x - y * BigInteger.Divide(x, y), size),
            "min" => Modulo(x < y ? x : y, size),
            "max" => Modulo(x > y ? x : y, size),
            "neg" => Modulo(-x, size),
            "abs" => Modulo(x.Sign < 0 ? -x : x, size),
            "shl" => Modulo(x * BigInteger.Pow(2, amount), size),
            "shr" => Modulo(Floor(x, BigInteger.Pow(2, amount)), size),
            "popc" => (ulong)Enumerable.Range(0, 8 * size).Count(i => (a >> i & 1) == 1),
            "clz" => (ulong)(8 * size - (int)x.GetBitLength()),
            _ => throw new NotSupportedException(operation),
        };
    }

    private static BigInteger Floor(BigInteger x, BigInteger by)
    {
        BigInteger quotient = BigInteger.DivRem(x, by, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    private static ulong? Float(string[] parts, Ieee754 format, ulong a, ulong b, ulong c)
    {
        ulong sign = 1UL << (format.Width - 1);
        return string.Join('.', parts[..^1]) switch
        {
            "add.rn" => format.Add(a, b),
            "sub.rn" => format.IsNaN(b) ? null : format.Add(a, b ^ sign),
            "mul.rn" => format.Multiply(a, b),
            "div.rn" => format.Divide(a, b),
            "rcp.rn" => format.Divide(format.Round(BigInteger.One << (format == Ieee754.Single ? 149 : 1074), 1), a),
            "fma.rn" => format.Fma(a, b, c),
            "sqrt.rn" => format.Sqrt(a),
            "neg" => a ^ sign,
            "abs" => a & ~sign,
            "copysign" => (a & sign) | (b & ~sign),
            "min" => format.IsNaN(a) ? Quiet(format, b) : format.IsNaN(b) ? a : Lesser(format, a, b),
            "max" => format.IsNaN(a) ? Quiet(format, b) : format.IsNaN(b) ? a : Lesser(format, a, b) == a ? b : a,
            "min.NaN" => format.IsNaN(a) || format.IsNaN(b) ? null : Lesser(format, a, b),
            "max.NaN" => format.IsNaN(a) || format.IsNaN(b) ? null : Lesser(format, a, b) == a ? b : a,
            string other => throw new NotSupportedException(other),
        };
    }

    private static ulong? Quiet(Ieee754 format, ulong x) => format.IsNaN(x) ? null : x;

    // −0 counts as less than +0.
    private static ulong Lesser(Ieee754 format, ulong a, ulong b)
    {
        int order = format.Compare(a, b)!.Value;
        return order < 0 || (order == 0 && format.IsNegative(a)) ? a : b;
    }

    private static ulong SetPredicate(string[] parts, string type, ulong a, ulong b, ulong c)
    {
        string comparison = parts[1];
        bool holds;
        if (type[0] == 'f')
        {
            int? order = FormatOf(type).Compare(a, b);
            bool unordered = comparison.Length == 3 && comparison.EndsWith('u');
            holds = comparison switch
            {
                "num" => order is not null,
                "nan" => order is null,
                _ when order is null => unordered,
                _ => Holds(comparison[..2], order.Value),
            };
        }
        else
        {
            holds = Holds(comparison, Value(a, type).CompareTo(Value(b, type)));
        }

        return parts.Length == 3 ? (holds ? 1UL : 0) : Logic(parts[2], holds ? 1UL : 0, c) & 1;
    }

    private static bool Holds(string comparison, int order) => comparison switch
    {
        "eq" => order == 0,
        "ne" => order != 0,
        "lt" or "lo" => order < 0,
        "le" or "ls" => order <= 0,
        "gt" or "hi" => order > 0,
        "ge" or "hs" => order >= 0,
        _ => throw new NotSupportedException(comparison),
    };

    private static bool Test(string test, Ieee754 format, ulong a)
    {
        bool finite = !format.IsNaN(a) && !format.IsInfinite(a);
        bool small = finite && BigInteger.Abs(format.Units(a)).GetBitLength() < format.Precision;
        return test switch
        {
            "finite" => finite,
            "infinite" => format.IsInfinite(a),
            "number" => !format.IsNaN(a),
            "notanumber" => format.IsNaN(a),
            "normal" => finite && !small,
            "subnormal" => small && !format.IsZero(a),
            _ => throw new NotSupportedException(test),
        };
    }

    private static ulong? Convert(string[] parts, ulong a)
    {
        string from = parts[^1], to = parts[^2];
        if (from[0] != 'f')
        {
            BigInteger value = Value(a, from);
            if (to[0] != 'f')
                return Extended(value, to);
            return FormatOf(to).Round(value << (to == "f32" ? 149 : 1074), 1);
        }

        Ieee754 source = FormatOf(from);
        int unit = from == "f32" ? 149 : 1074;
        if (to[0] != 'f')
        {
            bool signed = to[0] == 's';
            int bits = 8 * SizeOf(to);
            BigInteger least = signed ? -(BigInteger.One << (bits - 1)) : 0, most = (BigInteger.One << (signed ? bits - 1 : bits)) - 1;
            if (source.IsNaN(a))
                return 0;
            if (source.IsInfinite(a))
                return Extended(source.IsNegative(a) ? least : most, to);
            BigInteger whole = ToWhole(parts[1], source.Units(a), unit);
            return Extended(whole < least ? least : whole > most ? most : whole, to);
        }

        if (source.IsNaN(a))
            return null;
        Ieee754 target = FormatOf(to);
        if (source.IsInfinite(a))
            return target.Infinity(source.IsNegative(a));
        if (parts[1].Length == 3 && parts[1][0] == 'r')
            return target.Round(ToWhole(parts[1], source.Units(a), unit) << unit, 1, source.IsNegative(a));
        return from == "f32"
            ? target.Round(source.Units(a) << (1074 - 149), 1, source.IsNegative(a))
            : target.Round(source.Units(a), BigInteger.One << (1074 - 149), source.IsNegative(a));
    }

    // A signed byte fills the 16 bits of its register.
    private static ulong Extended(BigInteger value, string to) =>
        to == "s8" ? Modulo(Value(Modulo(value, 1), "s8"), 2) : Modulo(value, SizeOf(to));

    private static BigInteger ToWhole(string mode, BigInteger units, int unit)
    {
        BigInteger floor = Floor(units, BigInteger.One << unit), rest = units - (floor << unit);
        int half = (2 * rest).CompareTo(BigInteger.One << unit);
        return mode switch
        {
            "rmi" => floor,
            "rpi" => rest.IsZero ? floor : floor + 1,
            "rzi" => units.Sign < 0 && !rest.IsZero ? floor + 1 : floor,
            "rni" => half > 0 || (half == 0 && !floor.IsEven) ? floor + 1 : floor,
            _ => throw new NotSupportedException(mode),
        };
    }
}
