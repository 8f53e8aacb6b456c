# SPDX-License-Identifier: GPL-2.0
"""Where the series puts things into the kernel's tree."""
import re
import selftests
import series

FS_KCONFIG, FS_MAKEFILE, MAGIC = "fs/Kconfig", "fs/Makefile", "include/uapi/linux/magic.h"
MAINTAINERS, INDEX = "MAINTAINERS", "Documentation/filesystems/index.rst"
NUMBERS, SELFTESTS = "Documentation/userspace-api/ioctl/ioctl-number.rst", "tools/testing/selftests/Makefile"
# What is there and changed.
TOUCHED = [FS_KCONFIG, FS_MAKEFILE, MAGIC, MAINTAINERS, INDEX, NUMBERS, SELFTESTS]


def apply(root, step, so_far, files, sender):
    """Write what the tree has after this patch to ROOT, where its predecessors are."""
    directory = root / "fs/fdstorefs"
    directory.mkdir(parents=True, exist_ok=True)
    header = files.pop("fdstorefs.h")
    for name, text in files.items():
        (directory / name).write_text(_in_tree(text), encoding="utf-8")
    (directory / "Makefile").write_text(_makefile(files), encoding="utf-8")
    (root / "include/uapi/linux/fdstorefs.h").write_text(_uapi(header), encoding="utf-8")
    if len(so_far) == 1:
        (directory / "Kconfig").write_text(_text("Kconfig"), encoding="utf-8")
        _edit(root / FS_KCONFIG, _behind('source "fs/configfs/Kconfig"\n', 'source "fs/fdstorefs/Kconfig"\n'))
        _edit(root / FS_MAKEFILE, _behind("obj-$(CONFIG_OVERLAY_FS)\t+= overlayfs/\n", "obj-$(CONFIG_FDSTOREFS)\t\t+= fdstorefs/\n"))
        _edit(root / MAGIC, lambda text: _add_magic(text, header))
        _edit(root / MAINTAINERS, lambda text: _add_maintainers(text, sender))
        _edit(root / NUMBERS, lambda text: _add_number(text, header))
    if step.name == "documentation":
        import page
        (root / "Documentation/filesystems/fdstorefs.rst").write_text(page.rst(), encoding="utf-8")
        _edit(root / INDEX, _behind("   failfs\n", "   fdstorefs\n"))
    if step.name == "selftests":
        suites = [suite for each in so_far for suite in each.suites]
        selftests.write(root / "tools/testing/selftests/filesystems/fdstorefs", suites)
        _edit(root / SELFTESTS, _behind("TARGETS += filesystems/fat\n", "TARGETS += filesystems/fdstorefs\n"))


def _text(name):
    return (series.HERE / "text" / name).read_text(encoding="utf-8")


def _edit(path, change):
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def _behind(line, new):
    def change(text):
        if text.count(line) != 1:
            raise SystemExit(f"this kernel has no place for: {new}")
        return text.replace(line, line + new)
    return change


def _in_tree(text):
    return text.replace('#include "fdstorefs.h"\n', "#include <uapi/linux/fdstorefs.h>\n")


def _makefile(files):
    kbuild = (series.MODULE / "Kbuild").read_text(encoding="utf-8").replace("\\\n", " ")
    objects = re.search(r"^fdstorefs-y := (.*)$", kbuild, re.MULTILINE)[1].split()
    lines, line = [], "fdstorefs-y :="
    for name in [name for name in objects if name.replace(".o", ".c") in files]:
        if len(f"{line} {name}") > 70:
            lines.append(line + " \\")
            line = "\t      "
        line += f" {name}"
    text = "# SPDX-License-Identifier: GPL-2.0\nCONTEXT_ANALYSIS := y\n\n" \
        "obj-$(CONFIG_FDSTOREFS) += fdstorefs.o\n" + "\n".join([*lines, line]) + "\n"
    if "trace.h" in files:
        text += "\n# trace/define_trace.h includes trace.h again, by this path\nCFLAGS_mount.o := -I$(src)\n"
    return text


MAGIC_LINES = re.compile(r'/\* [^\n]*"(\w+)"\. \*/\n#define (FDSTOREFS_SUPER_MAGIC)\s+(0x\w+)\n\n')


def _uapi(header):
    return MAGIC_LINES.sub("", header).replace("#include <linux/ioctl.h>\n", "#include <linux/ioctl.h>\n#include <linux/magic.h>\n")


def _add_magic(text, header):
    word, name, value = MAGIC_LINES.search(header).groups()
    return re.sub(r"(?=\n#endif[^\n]*\n$)", f'#define {name}\t{value}\t/* "{word}" */\n', text)


def _add_maintainers(text, sender):
    entry = _text("MAINTAINERS").replace("@SENDER@", sender)
    title = entry.split("\n", 1)[0]
    for match in re.finditer(r"(?<=\n\n)([^\n]+)\n(?=[A-Z]:\t)", text):
        if match[1] > title:
            return text[:match.start()] + entry + text[match.start():]
    raise SystemExit("MAINTAINERS has no place for us")


def _add_number(text, header):
    number = re.search(r"#define FDSTOREFS_IOC_MAGIC\s+0x(\w\w)", header)[1]
    line = f"0x{number}  01-0F  uapi/linux/fdstorefs.h                                    <mailto:linux-fsdevel@vger.kernel.org>\n"
    for match in re.finditer(r"^0x(\w\w)  .*\n", text, re.MULTILINE):
        if match[1] > number:
            return text[:match.start()] + line + text[match.start():]
    raise SystemExit("ioctl-number.rst has no place for us")
