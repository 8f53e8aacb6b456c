# SPDX-License-Identifier: GPL-2.0
"""What each patch of the series has: the module's sources, carved as "steps" says."""
import configparser
import pathlib
import re
import carve
import compat

HERE = pathlib.Path(__file__).resolve().parent
MODULE = HERE.parent


class Step:
    """A patch: its name, and what it adds."""

    def __init__(self, name, section):
        self.name = name
        self.files = section.get("files", "").split()
        self.names = section.get("names", "").split()
        self.suites = section.get("suites", "").split()


def steps():
    """The patches, and the names that are in none of them."""
    config = configparser.ConfigParser()
    config.read(HERE / "steps", encoding="utf-8")
    return [Step(name, config[name]) for name in config.sections() if name != "never"], config["never"]["names"].split()


def sources(tree):
    """The module's sources as they are for the kernel in TREE, by name."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(MODULE.glob("*.[ch]"))}
    return compat.resolve(files, tree, MODULE / "probes.sh")


def complain_about_strangers(files, plan):
    """Each name of "steps" must be in the sources, each file one of them, and none of them forgotten."""
    words = set()
    for text in files.values():
        words.update(re.findall(r"\w+", text))
    listed = [file for step in plan for file in step.files]
    strange = [name for step in plan for name in step.names if name.lstrip(".") not in words]
    strange += [file for file in listed if file not in files] + [file for file in files if file not in listed]
    strange = [name for name in strange if name != "fdstorefs.h"]
    if strange:
        raise SystemExit(f"kernel-module/upstream/steps: not in the sources, or in no patch: {' '.join(strange)}")


def carved(files, plan, never, last):
    """The sources as they are after the patch LAST, an index; fdstorefs.h is the interface."""
    absent = set(never)
    for step in plan[last + 1:]:
        absent.update(step.names)
        for file in step.files:
            absent.update(carve.defined(files[file]))
            absent.add(file)
    gone = {file for step in plan[last + 1:] for file in step.files}
    for name, text in files.items():
        if name.endswith(".c") and name not in gone:
            absent -= carve.defined(text) - {word for step in plan[last + 1:] for word in step.names}
    carver = carve.Carver(absent)
    return {name: carver.carve(text) for name, text in files.items() if name not in gone}
