"""Gives every recorded configuration to `-n` and compares exit status and message."""

import os
import re
import subprocess
from pathlib import Path

import compare
from place import ENVIRONMENT

CONF = Path("/etc/replay-test.conf")
LIMIT = 60   # seconds
SERVER = 'server "a" {\n\tlisten on 127.0.0.1 port 80\n}\n'
# invocations whose command line the files do not hold
FLAGS = {
    "(usage: httpd -h)": ["-h"],
    "(missing file)": ["-n", "-f", "/nonexistent"],
    "conf D macro": ["-n", "-D", "n=a", "-f", str(CONF)],
}
TEXTS = {"(file mode 0666)": SERVER}


def play(program: str, v: dict) -> list:
    mode = 0o666 if "0666" in v["name"] else 0o600
    text = v.get("config", TEXTS.get(v["name"], ""))
    if CONF.exists():
        CONF.unlink()
    CONF.write_text(text)
    os.chmod(CONF, mode)
    argv = FLAGS.get(v["name"]) or [str(CONF) if a == "CONF" else a for a in v.get("argv", ["-n", "-f", "CONF"])]
    try:
        done = subprocess.run([program, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, env=ENVIRONMENT)
        code, out = str(done.returncode), done.stdout.decode("latin1")
    except subprocess.TimeoutExpired:
        code, out = f"none within {LIMIT} s", ""
    out = out.replace(str(CONF), "CONF").replace(program, Path(program).name)
    found = compare.text("exit", str(v["exit"]), code)
    found += compare.text("message", tidy(v["output"]), tidy(out))
    return found


def tidy(text: str) -> str:
    return re.sub(r"^\./", "", re.sub(r"\s+\n", "\n", text).strip())
