#!/bin/sh
# build.sh FOLDER [COMPILER...]: compiles the sources of this folder to FOLDER/NAME.COMPILER.CPU.o.
#
# Compilers are clang, clang-N and gcc (GCC for BPF); default: those whose objects are stored here. Objects for CPU v3 keep their DWARF
# sections. ElfFormTest and ElfCompilersTest hold the objects to what NAME.side expects.
cd "$(dirname "$0")" || exit
folder=$1
shift
# Objects do not depend on where the sources are.
map=-ffile-prefix-map=$PWD=/src/tailbound/oracle/src/test/resources/forms/elf
[ $# -gt 0 ] || set -- clang-14 clang-19 gcc
for source in *.c; do
    for compiler in "$@"; do
        object=$folder/${source%.c}.$compiler
        if [ "$compiler" = gcc ]; then
            # GCC itself refuses what refused.c holds.
            [ "$source" = refused.c ] || bpf-gcc "$map" -O2 -gbtf -Wall -c -o "$object.o" "$source" || exit
            continue
        fi
        for cpu in v1 v2 v3 v4; do
            "$compiler" -target bpf -mcpu=help -c -o /dev/null "$source" 2>&1 | grep -qw $cpu || continue
            "$compiler" "$map" -O2 -g -Wall -target bpf -mcpu=$cpu -c -o "$object.$cpu.o" "$source" || exit
            [ $cpu = v3 ] || "llvm-strip${compiler#clang}" -g "$object.$cpu.o" || exit
        done
    done
done
