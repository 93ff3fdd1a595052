using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <summary>A NULL-terminated array of NUL-terminated byte strings in native memory, as <c>argv</c> and <c>envp</c> want it.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private void* _block;

    internal NativeStrings(IReadOnlyList<byte[]> strings)
    {
        nuint pointers = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        nuint size = pointers;
        foreach (byte[] text in strings)
        {
            size += (nuint)text.Length + 1;
        }

        _block = NativeMemory.Alloc(size);
        byte* next = (byte*)_block + pointers;
        for (int i = 0; i < strings.Count; i++)
        {
            Pointer[i] = next;
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            next[strings[i].Length] = 0;
            next += strings[i].Length + 1;
        }

        Pointer[strings.Count] = null;
    }

    internal byte** Pointer => (byte**)_block;

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
