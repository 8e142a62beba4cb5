using System.Text;
using Silk.NET.OpenCL;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>A device of an OpenCL platform of this machine, and what it promises.</summary>
/// <param name="Handle">OpenCL's own.</param>
/// <param name="Name">As it calls itself, with its platform.</param>
/// <param name="Refusal">Null, or why it cannot give the reference's bits.</param>
internal sealed record OpenClDeviceInfo(nint Handle, string Name, string? Refusal);

/// <summary>Calls OpenCL; an error becomes an exception that names the call.</summary>
internal static unsafe class OpenClHost
{
    // CL_FP_DENORM, CL_FP_ROUND_TO_NEAREST, CL_FP_FMA and CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT of the OpenCL headers.
    private const ulong Denorm = 1, RoundToNearest = 1 << 2, FusedMultiplyAdd = 1 << 5, CorrectlyRounded = 1 << 7;

    private static readonly Lazy<CL?> Library = new(Load);

    /// <summary>The library; null where this machine has none.</summary>
    public static CL? Api => Library.Value;

    /// <summary>All devices of all platforms; empty where there is no OpenCL.</summary>
    public static IReadOnlyList<OpenClDeviceInfo> Devices()
    {
        var found = new List<OpenClDeviceInfo>();
        uint count = 0;
        if (Api is not CL api || api.GetPlatformIDs(0, null, &count) != 0 || count == 0)
            return found;
        var platforms = new nint[count];
        fixed (nint* first = platforms)
            Check(api.GetPlatformIDs(count, first, null), "clGetPlatformIDs");
        foreach (nint platform in platforms)
        {
            uint devices = 0;
            if (api.GetDeviceIDs(platform, DeviceType.All, 0, null, &devices) != 0)
                continue;
            var handles = new nint[devices];
            fixed (nint* first = handles)
                Check(api.GetDeviceIDs(platform, DeviceType.All, devices, first, null), "clGetDeviceIDs");
            found.AddRange(handles.Select(handle => new OpenClDeviceInfo(handle, Text(handle, DeviceInfo.Name), Refusal(handle))));
        }

        return found;
    }

    /// <summary>Fails where a call did.</summary>
    /// <exception cref="InvalidOperationException">The code is not CL_SUCCESS.</exception>
    public static void Check(int code, string call)
    {
        if (code != 0)
            throw new InvalidOperationException(FormattableString.Invariant($"{call} failed with {(ErrorCodes)code} ({code})"));
    }

    private static CL? Load()
    {
        try
        {
            return CL.GetApi();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DllNotFoundException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    private static string? Refusal(nint device)
    {
        ulong single = Number(device, DeviceInfo.SingleFPConfig), twice = Number(device, DeviceInfo.DoubleFPConfig);
        string[] lacks =
        [
            .. twice == 0 ? ["double precision"] : Array.Empty<string>(),
            .. Missing(single, "single"),
            .. (single & CorrectlyRounded) == 0 ? ["correctly rounded division and roots in single precision"] : Array.Empty<string>(),
            .. twice == 0 ? [] : Missing(twice, "double"),
        ];
        return lacks.Length == 0 ? null : "it promises no " + string.Join(", no ", lacks);
    }

    private static IEnumerable<string> Missing(ulong promises, string precision)
    {
        if ((promises & RoundToNearest) == 0)
            yield return $"rounding to nearest in {precision} precision";
        if ((promises & Denorm) == 0)
            yield return $"subnormal numbers in {precision} precision";
        if ((promises & FusedMultiplyAdd) == 0)
            yield return $"fused multiply-add in {precision} precision";
    }

    private static string Text(nint device, DeviceInfo what)
    {
        nuint size = 0;
        Check(Api!.GetDeviceInfo(device, what, 0, null, &size), "clGetDeviceInfo");
        var bytes = new byte[size];
        fixed (byte* first = bytes)
            Check(Api.GetDeviceInfo(device, what, size, first, null), "clGetDeviceInfo");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    private static ulong Number(nint device, DeviceInfo what)
    {
        ulong value = 0;
        return Api!.GetDeviceInfo(device, what, sizeof(ulong), &value, null) == 0 ? value : 0;
    }
}
