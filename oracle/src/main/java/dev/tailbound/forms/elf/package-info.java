/// What an ELF object of a BPF compiler holds: sections, symbols, relocations, BTF, and programs linked as libbpf links them.
package dev.tailbound.forms.elf;
