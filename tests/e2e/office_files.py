#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Office files of old kinds go through LibreOffice in a cage; those under a password are opened with it.

The cage is tried with a program that does what it must not: it may write into its folder, and neither write nor read
elsewhere, nor reach the network or another program's socket. Where LibreOffice is installed, a .doc and a .ppt made with
it are read, alone and inside an archive; a damaged one is one failure with a sentence. A letter and a sheet that LibreOffice
encrypted are read with their password and with no other. What a kill -9 during a conversion leaves behind, the next start removes. Ends 77 (skipped) when it is not
installed and the cage holds.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

# LibreOffice encrypts from a macro only.
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Main
Dim hidden(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden"
hidden(0).Value = True
Dim document As Object
document = StarDesktop.loadComponentFromURL("file://%(source)s", "_blank", 0, hidden())
Dim secret(1) As New com.sun.star.beans.NamedValue
secret(0).Name = "OOXPassword"
secret(0).Value = "%(password)s"
secret(1).Name = "CryptoType"
secret(1).Value = "Standard"
Dim saved(1) As New com.sun.star.beans.PropertyValue
saved(0).Name = "FilterName"
saved(0).Value = "%(filter)s"
saved(1).Name = "EncryptionData"
saved(1).Value = secret()
document.storeToURL("file://%(target)s", saved())
document.close(True)
StarDesktop.terminate()
End Sub
</script:module>
"""

CRIMES = """
import os, socket
told = {}
def attempt(name, deed):
    try:
        deed()
        told[name] = "done"
    except OSError as error:
        told[name] = "refused"
attempt("write inside", lambda: open("inside.txt", "w").write("x"))
attempt("write outside", lambda: open(%(outside)r + "/escaped.txt", "w").write("x"))
attempt("read outside", lambda: open(%(outside)r + "/secret.txt").read())
attempt("network", lambda: socket.create_connection(("127.0.0.1", %(port)d), 2))
attempt("socket file", lambda: socket.socket(socket.AF_UNIX).connect(%(outside)r + "/door"))
attempt("other process", lambda: os.kill(os.getppid(), 0) or open("/proc/%%d/mem" %% os.getppid(), "rb").read(1))
open("told.json", "w").write(__import__("json").dumps(told))
"""


def check(condition, problem, *details):
    if not condition:
        sys.exit("office_files: " + problem % details)


def listen(path=None):
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(path or ("127.0.0.1", 0))
    server.listen()
    def accept():
        try:
            server.accept()
        except OSError:
            pass  # closed, and its number given to something else

    threading.Thread(target=accept, daemon=True).start()
    return server


def has_landlock():
    """Whether the kernel knows the system call: its version query."""
    import ctypes
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1) > 0


def try_the_cage(reader, outside):
    inside = os.path.join(outside, "cage")
    os.mkdir(inside)
    with open(os.path.join(outside, "secret.txt"), "w", encoding="utf-8") as out:
        out.write("secret")
    tcp, unix = listen(), listen(os.path.join(outside, "door"))
    crimes = CRIMES % {"outside": outside, "port": tcp.getsockname()[1]}
    python = os.path.realpath(sys.executable)
    if not python.startswith(("/usr/", "/opt/")):
        python = "/usr/bin/python3"
    done = subprocess.run([reader, "--office-jail=" + inside, "--memory=4294967296", "--cpu=20", python, "-I", "-c", crimes],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60)
    unix.close()
    tcp.close()
    check(done.returncode == 0, "the cage ended with %d: %s", done.returncode, done.stdout.decode(errors="replace"))
    with open(os.path.join(inside, "told.json"), encoding="utf-8") as told:
        told = json.load(told)
    expected = {"write inside": "done", "network": "refused", "socket file": "refused"}
    if has_landlock():
        expected.update({"write outside": "refused", "read outside": "refused"})
    for deed, outcome in expected.items():
        check(told[deed] == outcome, "%s was %s in the cage", deed, told[deed])
    check(subprocess.run([reader, "--office-jail=" + inside], stderr=subprocess.DEVNULL, check=False).returncode == 126, "a cage without a program began")


def convert(office, folder, path, kind):
    subprocess.run([office, "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--convert-to", kind, "--outdir", folder, path],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=120, env=dict(os.environ, HOME=folder))
    made = os.path.join(folder, os.path.splitext(os.path.basename(path))[0] + "." + kind.split(":")[0])
    check(os.path.exists(made), "LibreOffice made no %s", made)
    return made


def encrypt(office, folder, path, kind, password):
    """With the profile that `convert` made."""
    target = path + "." + kind
    filters = {"docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML"}
    with open(os.path.join(folder, "profile/user/basic/Standard/Module1.xba"), "w", encoding="utf-8") as out:
        out.write(MACRO % {"source": path, "target": target, "filter": filters[kind], "password": password})
    subprocess.run([office, "-env:UserInstallation=file://" + folder + "/profile", "--headless", "--norestore", "macro:///Standard.Module1.Main"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=120, env=dict(os.environ, HOME=folder))
    check(os.path.exists(target), "LibreOffice made no %s", target)
    return target


def try_passwords(bin_dir, office, folder, letter):
    sheet = os.path.join(folder, "prices.csv")
    with open(sheet, "w", encoding="utf-8") as out:
        out.write("name,price\npump,1200\n")
    for path, kind, expected in (letter, "docx", "12 pumps to 大阪"), (sheet, "xlsx", "1200"):
        locked = encrypt(office, folder, path, kind, "open 合言葉")
        code, document, errors = read(bin_dir, locked, "--password", "no", "--password", "open 合言葉")
        check(code == 0 and expected in json.dumps(document, ensure_ascii=False), "encrypted %s: %d %s %s", kind, code, errors, document)
        for options, words in ([], "give its password"), (["--password", "no"], "none of the given passwords"):
            code, document, errors = read(bin_dir, locked, *options)
            error = document.get("error", {})
            check(code == 3 and error.get("reason") == "encrypted" and words in error.get("message", ""), "%s, %s: %d %s %s", kind, options, code, errors, document)


def folders_in(scratch):
    return [name for name in os.listdir(scratch) if name.startswith("yakan-office-")]


def try_kill(bin_dir, folder, doc):
    """A kill -9 while LibreOffice works leaves its folder behind. The next start removes it, and none that is in use."""
    scratch = os.path.join(folder, "scratch")
    os.mkdir(scratch)
    env = dict(os.environ, TMPDIR=scratch)
    yakan = os.path.join(bin_dir, "yakan")

    def start():
        """A `yakan read` that is stopped in the middle of a conversion."""
        for _ in range(20):
            before = set(folders_in(scratch))
            reading = subprocess.Popen([yakan, "read", doc], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while reading.poll() is None:
                made = set(folders_in(scratch)) - before
                if made and os.path.exists(os.path.join(scratch, *made, "profile")):
                    os.kill(reading.pid, signal.SIGSTOP)
                    return reading, made.pop()
                time.sleep(0.001)
        sys.exit("office_files: no conversion could be caught in the middle")

    def kill(reading):
        reading.kill()
        reading.wait()

    killed, left = start()
    kill(killed)
    check(left in folders_in(scratch), "nobody was there to remove %s", left)
    working, used = start()
    check(folders_in(scratch) == [used], "of %s and %s there are %s", left, used, folders_in(scratch))
    note = os.path.join(folder, "note.txt")
    with open(note, "w", encoding="utf-8") as out:
        out.write("a note")
    subprocess.run([yakan, "read", note], env=env, stdout=subprocess.DEVNULL, check=True, timeout=60)
    check(folders_in(scratch) == [used], "the folder of a living process was removed")
    kill(working)
    subprocess.run([yakan, "read", note], env=env, stdout=subprocess.DEVNULL, check=True, timeout=60)
    check(not folders_in(scratch), "folders were left behind: %s", folders_in(scratch))


def read(bin_dir, path, *options):
    done = subprocess.run([os.path.join(bin_dir, "yakan"), "read", path, "--json", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=120)
    return done.returncode, json.loads(done.stdout.decode().splitlines()[0]) if done.stdout.strip() else {}, done.stderr.decode(errors="replace")


def main():
    bin_dir = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="yakan-office-test-") as folder:
        try_the_cage(os.path.join(bin_dir, "yakan-reader"), folder)
        office = shutil.which("soffice")
        if office is None:
            print("the cage holds; LibreOffice is not installed")
            sys.exit(77)
        plain = os.path.join(folder, "letter.html")
        with open(plain, "w", encoding="utf-8") as out:
            out.write("<html><head><meta charset='utf-8'></head><body><h1>納入書</h1><p>The supplier delivers 12 pumps to 大阪 by 2024-04-01.</p></body></html>")
        doc = convert(office, folder, plain, "doc:MS Word 97")
        code, document, errors = read(bin_dir, doc)
        check(code == 0 and "12 pumps to 大阪" in json.dumps(document, ensure_ascii=False), "letter.doc: %d %s %s", code, errors, document)
        check("LibreOffice" in json.dumps(document.get("notes", "")), "no note about LibreOffice: %s", document.get("notes"))
        packed = os.path.join(folder, "letters.zip")
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(doc, "2024/letter.doc")
        code, document, errors = read(bin_dir, packed + "/2024/letter.doc")
        check(code == 0 and "12 pumps" in json.dumps(document), "letter.doc in an archive: %d %s", code, errors)
        with open(doc, "rb") as good, open(os.path.join(folder, "broken.doc"), "wb") as out:
            content = bytearray(good.read())
            content[1536:] = b"\0" * (len(content) - 1536)
            out.write(content)
        code, document, errors = read(bin_dir, os.path.join(folder, "broken.doc"))
        check(code != 0 and len(errors + json.dumps(document)) > 40, "a damaged file ended %d: %s", code, errors)
        try_passwords(bin_dir, office, folder, plain)
        try_kill(bin_dir, folder, doc)
        left = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("yakan-office-") and not name.startswith("yakan-office-test-")]
        check(not left, "folders were left behind: %s", left)
        print("old kinds of office files are read in their cage, encrypted ones with their password")


if __name__ == "__main__":
    main()
