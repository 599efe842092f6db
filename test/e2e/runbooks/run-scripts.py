"""Runs scripts, each from a file of its own as the SSM agent does. In: a JSON list of texts. Out: one of their ends."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor


def run(script):
    descriptor, path = tempfile.mkstemp(suffix="_script.sh")
    with open(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(script)
    os.chmod(path, 0o700)
    ended = subprocess.run(["sh", "-c", path], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    os.remove(path)
    return {"exitCode": ended.returncode, "stdout": ended.stdout, "stderr": ended.stderr}


with ThreadPoolExecutor(os.cpu_count()) as pool:
    json.dump(list(pool.map(run, json.load(sys.stdin))), sys.stdout)
