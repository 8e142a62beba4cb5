using System.Runtime.InteropServices;

namespace Spec.Benchmarks;

/// <summary>Tensors that begin where a cache line does, so that where the runtime happens to put an array decides nothing.</summary>
internal static class CacheLines
{
    /// <summary>Half a page, in floats.</summary>
    public const int HalfPage = Page / 2;

    private const int Page = 4096 / sizeof(float);

    /// <summary>Floats that begin so many after the beginning of a page.</summary>
    /// <param name="count">How many.</param>
    /// <param name="offset">How many floats after the beginning of a page; a multiple of 16 for a whole cache line.</param>
    public static Memory<float> Allocate(int count, int offset)
    {
        float[] storage = GC.AllocateArray<float>(count + 2 * Page, pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        int toPage = (int)((Page * sizeof(float) - address % (Page * sizeof(float))) % (Page * sizeof(float))) / sizeof(float);
        return storage.AsMemory(toPage + offset % Page, count);
    }
}
