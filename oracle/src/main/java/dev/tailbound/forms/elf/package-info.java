/// ELF objects of BPF compilers: sections, symbols, relocations, BTF, and programs linked as libbpf links them.
package dev.tailbound.forms.elf;
