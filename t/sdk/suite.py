#!/usr/bin/env python3
"""Starts the validating provider and a gateway, runs the client programs, and
counts their "ok" and "FAIL" lines."""

import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import gateway   # noqa: E402
import provider  # noqa: E402

PROGRAMS = ["openai.mjs", "anthropic.mjs", "gemini.mjs", "openai_client.py",
            "anthropic_client.py"]

HTTP = """
llmgw_zone llmgw:1m;
llmgw_master_key %s;
llmgw_key sk-llmgw-test-small-key-00001 name=small models=gpt-small;
llmgw_model gpt-4o { deployment @openai; }
llmgw_model gpt-small { deployment @openai model=gpt-4o; }
llmgw_model claude { deployment @anthropic model=claude-sonnet-4-5; }
llmgw_model gemini { deployment @gemini model=gemini-2.5-flash; }
llmgw_model gone { deployment @gone; }
llmgw_model slow { deployment @slow model=slow; }
llmgw_model rescue { deployment @gone; deployment @broken model=broken;
                     deployment @openai model=gpt-4o; }
""" % gateway.MASTER

SERVER = """
location / { llmgw on; }
location @openai { llmgw_provider openai; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/openai/v1; }
location @broken { llmgw_provider openai; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/openai/v1; }
location @slow { llmgw_provider openai; llmgw_api_key %s;
    proxy_read_timeout 300ms;
    llmgw_base_url http://127.0.0.1:@MOCK@/openai/v1; }
location @anthropic { llmgw_provider anthropic; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/anthropic; }
location @gemini { llmgw_provider gemini; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/gemini; }
location @gone { llmgw_provider openai;
    llmgw_base_url http://127.0.0.1:1/v1; }
""" % (provider.OPENAI_KEY, provider.OPENAI_KEY, provider.OPENAI_KEY,
       provider.ANTHROPIC_KEY, provider.GEMINI_KEY)


def command(program):
    """How to run one, or why not."""
    if program.endswith(".mjs"):
        node = shutil.which("node") or shutil.which("nodejs")
        if not node:
            return None, "no node"
        name = {"openai.mjs": "openai", "gemini.mjs": "@google/genai",
                "anthropic.mjs": "@anthropic-ai/sdk"}[program]
        if not os.path.isdir(os.path.join(
                os.environ["LLMGW_SDK_NODE"], "node_modules", name)):
            return None, "the npm package %s is not installed" % name

        # packages are looked for beside the program

        target = os.path.join(os.environ["LLMGW_SDK_NODE"], program)
        shutil.copy(os.path.join(HERE, program), target)
        shutil.copy(os.path.join(HERE, "check.mjs"),
                    os.path.join(os.environ["LLMGW_SDK_NODE"], "check.mjs"))
        return [node, target], None

    python = os.environ["LLMGW_SDK_PYTHON"]
    if not os.path.exists(os.path.join(
            os.path.dirname(os.path.dirname(python)), "installed.txt")):
        return None, "the Python packages are not installed"
    return [python, os.path.join(HERE, program)], None


def main():
    mock = provider.Provider()
    gw = gateway.Gateway("sdk", HTTP,
                         SERVER.replace("@MOCK@", str(mock.port)))
    env = dict(os.environ)
    for name in list(env):
        if name.startswith(("OPENAI_", "ANTHROPIC_", "GEMINI_", "GOOGLE_")) \
                or name.lower().endswith("_proxy"):
            del env[name]
    env.update({"GATEWAY": "http://127.0.0.1:%d" % gw.port,
                "GATEWAY_KEY": gateway.MASTER,
                "GATEWAY_SMALL_KEY": "sk-llmgw-test-small-key-00001",
                "GATEWAY_SLOW": str(gateway.slow())})

    # the clients are no programs of ours: no sanitizer's options for them

    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        env.pop(name, None)

    passed = failed = 0
    try:
        gw.start()
        for program in sys.argv[1:] or PROGRAMS:
            argv, why = command(program)
            if argv is None:
                failed += 1
                print("FAIL %s: not run: %s" % (program, why))
                continue
            p = subprocess.run(argv, env=env, capture_output=True, text=True,
                               timeout=300)
            oks = len(re.findall(r"(?m)^ok ", p.stdout))
            bad = len(re.findall(r"(?m)^FAIL ", p.stdout))
            for line in p.stdout.splitlines():
                if not line.startswith("ok ") and line != "done":
                    print("%s: %s" % (program, line))
            if "done" not in p.stdout.splitlines()[-1:]:
                bad += 1
                print("FAIL %s ended with status %d: %s" % (
                    program, p.returncode, p.stderr[-2000:]))
            passed += oks
            failed += bad
    finally:
        gw.stop()
        mock.stop()

    for line in gw.faults():
        failed += 1
        print("FAIL nginx: " + line)

    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
