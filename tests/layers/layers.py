#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the source tree against the table of floors in src/README.md, and says what to do about each violation.

    layers.py [ROOT]       checks the tree at ROOT (default: the tree this file is in)
    layers.py --self-test  plants one violation of each kind in a small tree and expects each to be found
"""

import pathlib
import re
import sys
import tempfile

HEADER_LINES_MAX = 150
SOURCE_LINES_MAX = 400
TEST_LINES_MAX = 600
SYSTEM_FOLDERS = {"sys", "arpa", "net", "netinet", "linux", "bits", "experimental"}
SYSTEM_HEADERS = {"aio.h", "dirent.h", "dlfcn.h", "errno.h", "fcntl.h", "fnmatch.h", "getopt.h", "glob.h", "grp.h",
                  "langinfo.h", "limits.h", "locale.h", "netdb.h", "poll.h", "pthread.h", "pwd.h", "sched.h",
                  "semaphore.h", "signal.h", "spawn.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "strings.h",
                  "syslog.h", "termios.h", "time.h", "unistd.h", "wchar.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
TESTING = "testing"
TEST_FILES = ("_test.cc", "_conformance.h", "_fixture.h")  # headers that only tests include: suites for every implementation, shared fixtures
READER_PROGRAM = "yakan-reader"


class Folder:
    def __init__(self, cells):
        self.adapter = "*" in cells[0]
        self.name = re.search(r"`([^`]+)`", cells[0]).group(1)
        self.floor = int(cells[1])
        self.headers = re.findall(r"`([^`]+)`", cells[3])
        self.public = re.findall(r"`([^`]+)` \(public\)", cells[3])
        self.targets = re.findall(r"`([^`]+)`", cells[4])


def read_table(root):
    folders = {}
    for line in (root / "src" / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            folder = Folder(cells)
            folders[folder.name] = folder
    return folders


def calls_of(text, name):
    """The argument lists of every call of a CMake command."""
    text = re.sub(r"#.*", "", text)
    return [match.split() for match in re.findall(rf"\b{name}\s*\(([^)]*)\)", text)]


def sections(words, names):
    """Splits `a b DEPS c d THIRD e` into {"": [a, b], "DEPS": [c, d], "THIRD": [e]}."""
    result, current = {"": []}, ""
    for word in words:
        if word in names:
            current = word
            result.setdefault(current, [])
        else:
            result[current].append(word)
    return result


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.folders = read_table(self.root)
        self.problems = []
        self.test_deps = {}

    def say(self, path, line, message):
        where = path.relative_to(self.root)
        self.problems.append(f"{where}:{line}: {message}" if line else f"{where}: {message}")

    def check(self):
        source = self.root / "src"
        present = [d for d in sorted(source.iterdir()) if d.is_dir() and any(d.rglob("*.*"))]
        for directory in present:
            if directory.name not in self.folders:
                self.say(directory, 0, "this folder is not in the table of src/README.md; choose its floor, add a row")
                continue
            for lists in directory.rglob("CMakeLists.txt"):
                self.check_links(self.folders[directory.name], lists)
        for directory in present:
            for path in sorted(directory.rglob("*")):
                if path.suffix in (".h", ".cc") and directory.name in self.folders:
                    self.check_file(self.folders[directory.name], path)
        for lists in sorted((self.root / "apps").rglob("CMakeLists.txt")):
            self.check_program(lists)
        for path in sorted((self.root / "apps").rglob("*.cc")):
            self.check_size(path, path.read_text(encoding="utf-8"))
        return self.problems

    def check_file(self, folder, path):
        text = path.read_text(encoding="utf-8")
        self.check_size(path, text)
        is_test = path.name.endswith(TEST_FILES)
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            self.check_third_party(folder, path, line, match.group(2), is_test)
            if match.group(2).endswith(TEST_FILES) and not is_test and folder.name != TESTING:
                self.say(path, line, f"{match.group(2)} is for tests; only *{' and *'.join(TEST_FILES)} use it")
            target = match.group(2).split("/")[0]
            if match.group(1) == '"' and target in self.folders and target != folder.name:
                self.check_include(folder, self.folders[target], (path, line, is_test))

    def check_size(self, path, text):
        limit = HEADER_LINES_MAX if path.suffix == ".h" else SOURCE_LINES_MAX
        if path.name.endswith(TEST_FILES):
            limit = TEST_LINES_MAX
        lines = text.count("\n")
        if lines > limit:
            self.say(path, 0, f"{lines} lines, at most {limit} are allowed; move one of its concerns to its own file")

    def check_include(self, folder, target, at):
        path, line, is_test = at
        if is_test and (target.name == TESTING or target.name in self.test_deps.get(folder.name, ())):
            return
        if folder.name == TESTING:
            return
        if target.name == TESTING:
            self.say(path, line, f"`{TESTING}` is for tests; move what you need of it below `{folder.name}`")
        elif target.floor >= folder.floor:
            self.say(path, line, f"`{folder.name}` (floor {folder.floor}) includes `{target.name}` (floor "
                                 f"{target.floor}); includes go down only: move the shared part to a lower folder, or "
                                 "hand it in through a seam that the lower folder declares")
        elif target.adapter and folder.name != "app":
            self.say(path, line, f"`{target.name}` implements a seam and only `app` may know it; take the seam by "
                                 "reference and let `app` choose the implementation")

    def owner_of_header(self, header):
        """The folder that owns a header: the longest matching pattern wins."""
        owned = [(len(p), f) for f in self.folders.values() for p in f.headers
                 if header == p or (p.endswith(("/", "-")) and header.startswith(p))]
        return max(owned, key=lambda pair: pair[0])[1] if owned else None

    def check_third_party(self, folder, path, line, header, is_test):
        owner = self.owner_of_header(header)
        if owner is None:
            first = header.split("/")[0]
            own = first in self.folders or "." not in header and "/" not in header
            beside = (path.parent / header).exists()
            if not own and not beside and first not in SYSTEM_FOLDERS and header not in SYSTEM_HEADERS:
                self.say(path, line, f"<{header}> belongs to no folder; name it in the table of src/README.md, in the "
                                     "row of the one folder that wraps it")
        elif any(header.startswith(pattern) for pattern in owner.public) and owner.floor < folder.floor:
            return
        elif owner.name != folder.name and not (owner.name == TESTING and is_test):
            self.say(path, line, f"<{header}> is wrapped by `{owner.name}`; use what that folder offers, or add to it")

    def check_links(self, folder, lists):
        text = lists.read_text(encoding="utf-8")
        for words in calls_of(text, "yk_module"):
            parts = sections(words, ("DEPS", "THIRD", "TEST_DEPS"))
            self.test_deps[folder.name] = set(parts.get("TEST_DEPS", []))
            for name in parts.get("DEPS", []):
                self.check_dependency(folder, lists, name)
            for target in parts.get("THIRD", []):
                self.check_target(folder, lists, target)
        for words in calls_of(text, "target_link_libraries"):
            is_test = words[0].endswith("_test")
            for word in words[1:]:
                name = word[4:] if word.startswith("yk::") else word[3:] if word.startswith("yk_") else ""
                if name in self.folders and name != folder.name and not is_test:
                    self.check_dependency(folder, lists, name)
                elif "::" in word and not word.startswith("yk::") and not (is_test and word.startswith("GTest::")):
                    self.check_target(folder, lists, word)

    def check_dependency(self, folder, lists, name):
        target = self.folders.get(name)
        if folder.name == TESTING:
            return
        if target is None:
            self.say(lists, 0, f"DEPS names `{name}`, which is not in the table of src/README.md")
        elif target.floor >= folder.floor:
            self.say(lists, 0, f"`{folder.name}` (floor {folder.floor}) links `{name}` (floor {target.floor}); link "
                               "lower floors only, and what only tests need under TEST_DEPS")
        elif name == "formats":
            self.say(lists, 0, f"only the program {READER_PROGRAM} links `formats`, since poppler is GPL; read "
                               "documents through `reader`")

    def check_target(self, folder, lists, target):
        owners = [f.name for f in self.folders.values() if target in f.targets]
        if not owners:
            self.say(lists, 0, f"{target} belongs to no folder; name it in the table of src/README.md")
        elif folder.name not in owners:
            self.say(lists, 0, f"{target} is wrapped by `{owners[0]}`; link `{owners[0]}` instead")

    def check_program(self, lists):
        program = lists.parent.name
        for words in calls_of(lists.read_text(encoding="utf-8"), "target_link_libraries"):
            for word in words[1:]:
                name = word[4:] if word.startswith("yk::") else word[3:] if word.startswith("yk_") else ""
                if name == "formats" and program != READER_PROGRAM:
                    self.say(lists, 0, f"only the program {READER_PROGRAM} links `formats`, since poppler is GPL; read "
                                       "documents through `reader`")
                elif "::" in word and not word.startswith("yk::"):
                    self.say(lists, 0, f"a program links folders, not {word}; link the folder that wraps it")


TABLE = """| folder | floor | owns | third-party headers | third-party targets |
| --- | --- | --- | --- | --- |
| `base` | 0 | x | `fmt/` (public) `nlohmann/` | `fmt::fmt` |
| `formats` | 3 | x | `poppler-` | `PkgConfig::POPPLER_CPP` |
| `model` | 3 | x | | |
| `sqlite` * | 5 | x | `sqlite3.h` | `SQLite::SQLite3` |
| `engine` | 6 | x | | |
| `app` | 8 | x | | |
| `testing` | 9 | x | `gtest/` | `GTest::gtest` |
"""
CLEAN = {
    "src/README.md": TABLE,
    "src/base/CMakeLists.txt": "yk_module(base THIRD fmt::fmt TEST_DEPS testing)\n",
    "src/base/a.h": "#include <fmt/format.h>\n#include <sys/stat.h>\n#include <vector>\n",
    "src/base/a_test.cc": '#include <gtest/gtest.h>\n#include "base/a.h"\n#include "testing/t.h"\n',
    "src/base/a_conformance.h": "#include <gtest/gtest.h>\n" + "//\n" * 200,
    "src/engine/CMakeLists.txt": "yk_module(engine DEPS base model TEST_DEPS testing sqlite)\n",
    "src/engine/e.cc": '#include "base/a.h"\n#include "model/m.h"\n',
    "src/engine/e_test.cc": '#include "sqlite/s.h"\n',
    "src/app/x.cc": '#include "sqlite/s.h"\n',
    "apps/yakan-reader/CMakeLists.txt": "target_link_libraries(yakan-reader PRIVATE yk::formats)\n",
}
VIOLATIONS = [
    ("includes go down only", {"src/base/b.cc": '#include "engine/e.h"\n'}),
    ("includes go down only", {"src/model/m.cc": '#include "formats/f.h"\n'}),
    ("only `app` may know it", {"src/engine/f.cc": '#include "sqlite/s.h"\n'}),
    ("is for tests", {"src/engine/f.cc": '#include "testing/t.h"\n'}),
    ("is wrapped by `sqlite`", {"src/engine/f.cc": "#include <sqlite3.h>\n"}),
    ("is wrapped by `base`", {"src/app/f.cc": "#include <fmt/core.h>\n#include <nlohmann/json.hpp>\n"}),
    ("belongs to no folder", {"src/base/b.cc": "#include <zlib.h>\n"}),
    ("belongs to no folder", {"src/model/CMakeLists.txt": "yk_module(model DEPS base THIRD ZLIB::ZLIB)\n"}),
    ("is wrapped by `formats`", {"src/model/CMakeLists.txt": "yk_module(model THIRD PkgConfig::POPPLER_CPP)\n"}),
    ("link lower floors only", {"src/model/CMakeLists.txt": "yk_module(model DEPS base engine)\n"}),
    ("link lower floors only", {"src/model/CMakeLists.txt": "yk_module(model DEPS base)\n"
                                                            "target_link_libraries(yk_model PUBLIC yk::app)\n"}),
    ("links `formats`", {"src/app/CMakeLists.txt": "yk_module(app DEPS base formats)\n"}),
    ("links `formats`", {"apps/yakan/CMakeLists.txt": "target_link_libraries(yakan PRIVATE yk::app yk::formats)\n"}),
    ("is not in the table", {"src/utils/u.h": "int u();\n"}),
    ("is for tests", {"src/base/b.cc": '#include "base/b_conformance.h"\n'}),
    ("at most 150", {"src/base/b.h": "//\n" * 151}),
    ("at most 400", {"src/base/b.cc": "//\n" * 401}),
    ("at most 600", {"src/base/b_test.cc": "//\n" * 601}),
]


def problems_of(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Tree(root).check()


def self_test():
    failures = [f"a clean tree is refused: {p}" for p in problems_of(CLEAN)]
    for expected, files in VIOLATIONS:
        found = problems_of({**CLEAN, **files})
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"planted {files}: expected one problem with '{expected}', found {found}")
    return failures


def main(argv):
    if argv[1:] == ["--self-test"]:
        problems = self_test()
    else:
        problems = Tree(argv[1] if len(argv) > 1 else pathlib.Path(__file__).resolve().parents[2]).check()
    for problem in problems:
        print(problem)
    print(f"{len(problems)} violation(s)" if problems else "clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
