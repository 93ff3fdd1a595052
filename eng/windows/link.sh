#!/usr/bin/env bash
# Stands for Microsoft's linker where a program is compiled ahead of time for Windows on Linux: link.sh @FILE, FILE being the compiler's own
# list of arguments. Debian: apt-get install lld gcc-mingw-w64-x86-64.
set -eu
here=$(dirname "$0")
arguments=${1#@}
place=$(dirname "$arguments")
compiler=x86_64-w64-mingw32-gcc
for tool in lld-link "$compiler"; do
    command -v "$tool" >/dev/null || { echo "$tool is needed to link for Windows. On Debian: apt-get install lld gcc-mingw-w64-x86-64-win32" >&2; exit 1; }
done

"$compiler" -O2 -Wall -Wextra -Werror -Wno-builtin-declaration-mismatch -c "$here/startup.c" -o "$place/startup.o"

# Without what Microsoft's linker alone knows, and with each system library under the name that it has here,
# but for the one that startup.c stands for.
list=$place/lld-link.rsp
sed -E -e '1s/^\xEF\xBB\xBF//' -e 's/\r$//' -e 's# /NO(EXP|IMPLIB)##g' -e '/^\/(NATVIS|IGNORE|CETCOMPAT|DEBUG|NODEFAULTLIB|DEFAULTLIB)/d' -e '/^"ole32\.lib"$/d' \
    -e 's#^"([a-z0-9_]+)\.lib"$#lib\1.a#' "$arguments" >"$list"
exec lld-link "@$list" "$place/startup.o" libuuid.a libucrtbase.a libmingwex.a libgcc.a \
    "/libpath:$(dirname "$("$compiler" -print-file-name=libkernel32.a)")" "/libpath:$(dirname "$("$compiler" -print-libgcc-file-name)")" \
    /filealign:4096 /nodefaultlib /alternatename:__chkstk=___chkstk_ms \
    '/alternatename:?nothrow@std@@3Unothrow_t@1@B=startup_nothrow' \
    '/alternatename:??2@YAPEAX_KAEBUnothrow_t@std@@@Z=startup_new' '/alternatename:??_U@YAPEAX_KAEBUnothrow_t@std@@@Z=startup_new' \
    '/alternatename:??3@YAXPEAX_K@Z=startup_delete' '/alternatename:??_V@YAXPEAX@Z=startup_delete'
