package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// program is a static ELF program for linux/amd64 that writes text to its standard output.
func program(text string) ([]byte, error) {
	const (
		address  = 0x400000 // where the file is mapped, whole
		headers  = 64 + 56  // of the ELF header and the one program header
		codeSize = 36
	)
	code := []byte{
		0xbf, 1, 0, 0, 0, // mov edi, 1         standard output
		0x48, 0x8d, 0x35, codeSize - 12, 0, 0, 0, // lea rsi, [rip+24]  the text behind the code
		0xba, 0, 0, 0, 0, // mov edx, length
		0xb8, 1, 0, 0, 0, // mov eax, 1         write
		0x0f, 0x05, // syscall
		0x31, 0xff, // xor edi, edi
		0xb8, 60, 0, 0, 0, // mov eax, 60        exit
		0x0f, 0x05, // syscall
		0x0f, 0x0b, 0x90, // ud2, nop
	}
	binary.LittleEndian.PutUint32(code[13:], uint32(len(text)))
	size := uint64(headers + len(code) + len(text))
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: address + headers, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	segment := elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Vaddr: address, Paddr: address,
		Filesz: size, Memsz: size, Align: 0x1000,
	}
	var out bytes.Buffer
	for _, part := range []any{header, segment, code, []byte(text)} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
