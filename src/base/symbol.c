/* symbol.c - names of functions and objects, read from the ELF file itself: for reports, so slow but complete. */
#include "base/symbol.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

struct file {
    const char *map;
    size_t size;
};

static bool map_file(const char *path, struct file *ret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    void *map = MAP_FAILED;
    if (fstat(fd, &st) == 0 && st.st_size > (off_t)sizeof(Elf64_Ehdr))
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED) return false;
    *ret = (struct file){ map, (size_t)st.st_size };
    return true;
}

/* `size` bytes at `offset`, or NULL: nothing in a file is trusted. */
static const void *bytes_at(const struct file *f, size_t offset, size_t size)
{
    return offset <= f->size && size <= f->size - offset ? f->map + offset : NULL;
}

static const Elf64_Shdr *section(const struct file *f, size_t index)
{
    const Elf64_Ehdr *h = (const void *)f->map;
    if (index >= h->e_shnum) return NULL;
    return bytes_at(f, h->e_shoff + index * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
}

static const Elf64_Shdr *symbol_section(const struct file *f)
{
    const Elf64_Ehdr *h = (const void *)f->map;
    if (memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 || h->e_ident[EI_CLASS] != ELFCLASS64) return NULL;
    for (size_t i = 0; i < h->e_shnum; i++) {
        const Elf64_Shdr *s = section(f, i);
        if (s && s->sh_type == SHT_SYMTAB) return s;
    }
    return NULL;
}

static bool holds(const Elf64_Sym *s, Elf64_Addr address)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);
    return (type == STT_FUNC || type == STT_OBJECT) && address >= s->st_value && address - s->st_value < s->st_size;
}

/* What address (in the file's terms) lies in. */
static const Elf64_Sym *find(const struct file *f, const Elf64_Shdr *table, Elf64_Addr address)
{
    const Elf64_Sym *symbols = bytes_at(f, table->sh_offset, table->sh_size);
    size_t count = symbols ? table->sh_size / sizeof *symbols : 0;
    for (size_t i = 0; i < count; i++)
        if (holds(&symbols[i], address)) return &symbols[i];
    return NULL;
}

static const char *name_of(const struct file *f, const Elf64_Shdr *table, const Elf64_Sym *symbol)
{
    const Elf64_Shdr *strings = section(f, table->sh_link);
    const char *names = strings ? bytes_at(f, strings->sh_offset, strings->sh_size) : NULL;
    if (!names || symbol->st_name >= strings->sh_size) return NULL;
    bool ends = memchr(names + symbol->st_name, 0, strings->sh_size - symbol->st_name) != NULL;
    return ends ? names + symbol->st_name : NULL;
}

static bool look_up(const struct file *f, Elf64_Addr address, char *ret_name, size_t size, size_t *ret_offset)
{
    const Elf64_Shdr *table = symbol_section(f);
    const Elf64_Sym *symbol = table ? find(f, table, address) : NULL;
    const char *name = symbol ? name_of(f, table, symbol) : NULL;
    if (!name) return false;
    snprintf(ret_name, size, "%s", name);
    *ret_offset = address - symbol->st_value;
    return true;
}

bool tt_symbol_(const void *place, char *ret_name, size_t size, size_t *ret_offset)
{
    Dl_info in;
    struct link_map *map;
    struct file f;
    if (!place || !dladdr1(place, &in, (void **)&map, RTLD_DL_LINKMAP)) return false;
    if (in.dli_sname) {
        snprintf(ret_name, size, "%s", in.dli_sname);
        *ret_offset = (size_t)((const char *)place - (const char *)in.dli_saddr);
        return true;
    }
    const char *path = map && *map->l_name ? map->l_name : "/proc/self/exe"; /* the program has no name there */
    if (!map || !map_file(path, &f)) return false;
    bool found = look_up(&f, (Elf64_Addr)(uintptr_t)place - map->l_addr, ret_name, size, ret_offset);
    munmap((void *)(uintptr_t)f.map, f.size);
    return found;
}

/* Static functions of the library stand between its public ones: up to this many frames in a row. */
enum { STATICS = 3 };

int tt_own_frames_(void *const *frames, int count)
{
    char place[200];
    int own = 0;
    for (int i = 0; i < count && i - own <= STATICS; i++)
        if (strncmp(tt_place_of_(frames[i], place, sizeof place), "tt_", 3) == 0) own = i + 1;
    return own < count ? own : 0;
}
