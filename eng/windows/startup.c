// What Microsoft's C runtime gives to a program that is compiled ahead of time, and Debian's compiler for Windows does not under the same
// names: the start, thread-local storage, the check of stack frames, and the four operators that the runtime of .NET allocates with.
// For programs that are linked on Linux to be tried under Wine (link.sh). What is shipped is linked on Windows, by Microsoft's linker.
#define WIN32_LEAN_AND_MEAN // or COM's functions would be declared as another library's
#include <windows.h>
#include <stdlib.h>

// The linker makes the program's directory entry for thread-local storage from _tls_used; the sections are laid out in their names' order.
ULONG _tls_index;
__attribute__((section(".tls"), used)) char tls_start;
__attribute__((section(".tls$ZZZ"), used)) char tls_end;
__attribute__((section(".CRT$XLA"), used)) PIMAGE_TLS_CALLBACK tls_callbacks_start;
__attribute__((section(".CRT$XLZ"), used)) PIMAGE_TLS_CALLBACK tls_callbacks_end;
const IMAGE_TLS_DIRECTORY64 _tls_used = {
    .StartAddressOfRawData = (ULONGLONG)&tls_start,
    .EndAddressOfRawData = (ULONGLONG)&tls_end,
    .AddressOfIndex = (ULONGLONG)&_tls_index,
    .AddressOfCallBacks = (ULONGLONG)(&tls_callbacks_start + 1),
};

typedef void (*initializer)(void);
__attribute__((section(".CRT$XIA"), used)) initializer c_initializers_start;
__attribute__((section(".CRT$XIZ"), used)) initializer c_initializers_end;
__attribute__((section(".CRT$XCA"), used)) initializer cpp_initializers_start;
__attribute__((section(".CRT$XCZ"), used)) initializer cpp_initializers_end;

int _fltused;

UINT_PTR __security_cookie = 0x00002B992DDFA232;

void __security_check_cookie(UINT_PTR cookie)
{
    if (cookie != __security_cookie)
        __builtin_trap();
}

// Asked for each frame with a cookie when an exception passes it: the search goes on, the frame's return checks the cookie.
EXCEPTION_DISPOSITION __GSHandlerCheck(void *record, void *frame, void *context, void *dispatcher)
{
    (void)record, (void)frame, (void)context, (void)dispatcher;
    return ExceptionContinueSearch;
}

__attribute__((noreturn)) void __report_rangecheckfailure(void) { __builtin_trap(); }
__attribute__((noreturn)) int _purecall(void) { __builtin_trap(); }

// Known to the linker by the operators' own names too.
const char startup_nothrow = 0;

void *startup_new(size_t size, const void *nothrow)
{
    (void)nothrow;
    return malloc(size ? size : 1);
}

void startup_delete(void *memory) { free(memory); }

int _crt_atexit(initializer function);
int atexit(initializer function) { return _crt_atexit(function); }

// The runtime of .NET has COM initialized at each start, for which Wine loads a dozen libraries, those of windows and fonts among them. Nothing
// of ours uses COM, so its library is loaded by the first function that really needs it.
#define FROM_OLE32(type, name, parameters, arguments) \
    type WINAPI name parameters { return ((type(WINAPI *) parameters)(void *)GetProcAddress(LoadLibraryA("ole32.dll"), #name)) arguments; } \
    void *const __imp_##name = name;

HRESULT WINAPI CoInitializeEx(void *reserved, DWORD model) { (void)reserved, (void)model; return S_OK; }
void *const __imp_CoInitializeEx = CoInitializeEx;
void WINAPI CoUninitialize(void) {}
void *const __imp_CoUninitialize = CoUninitialize;
HRESULT WINAPI CoGetApartmentType(int *type, int *qualifier) { *type = 1, *qualifier = 0; return S_OK; } // that of many threads
void *const __imp_CoGetApartmentType = CoGetApartmentType;
FROM_OLE32(HRESULT, CoCreateGuid, (GUID *id), (id))
FROM_OLE32(void *, CoTaskMemAlloc, (SIZE_T size), (size))
FROM_OLE32(void, CoTaskMemFree, (void *memory), (memory))
FROM_OLE32(HRESULT, CoWaitForMultipleHandles, (DWORD flags, DWORD timeout, ULONG count, HANDLE *handles, DWORD *index), (flags, timeout, count, handles, index))

// Of the universal C runtime.
int *__p___argc(void);
wchar_t ***__p___wargv(void);
int _configure_wide_argv(int mode);
int wmain(int argc, wchar_t **argv);

static void run(initializer *from, initializer *to)
{
    for (; from < to; from++)
        if (*from)
            (*from)();
}

void wmainCRTStartup(void)
{
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    __security_cookie ^= ((UINT_PTR)now.dwHighDateTime << 32 | now.dwLowDateTime) ^ (UINT_PTR)&now;
    __security_cookie &= 0x0000FFFFFFFFFFFF; // as the frames' code expects
    run(&c_initializers_start + 1, &c_initializers_end);
    run(&cpp_initializers_start + 1, &cpp_initializers_end);
    _configure_wide_argv(1); // arguments are not expanded
    exit(wmain(*__p___argc(), *__p___wargv()));
}
