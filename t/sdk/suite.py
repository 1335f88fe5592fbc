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

import gateway        # noqa: E402
import provider       # noqa: E402
import provider_more  # noqa: E402

# programs, and the packages that they are about
PROGRAMS = {"openai.mjs": "openai", "anthropic.mjs": "@anthropic-ai/sdk",
            "gemini.mjs": "@google/genai", "dialects.mjs": "openai",
            "loop.mjs": "ai", "openai_client.py": "openai",
            "anthropic_client.py": "anthropic",
            "dialects_client.py": "openai"}

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
llmgw_model azure { deployment @azure model=my-gpt; }
llmgw_model azure-dated { deployment @azure-dated model=my-gpt; }
llmgw_model huggingface { deployment @huggingface
                          model=meta-llama/Llama-3.3-70B-Instruct:groq; }
llmgw_model vertex { deployment @vertex model=gemini-2.5-flash; }
llmgw_model cohere { deployment @cohere model=command-a-03-2025; }
llmgw_model bedrock { deployment @bedrock model=%s; }
""" % (gateway.MASTER, provider_more.CLAUDE)

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

SERVER += """
location @azure { llmgw_provider azure; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/azure; }
location @azure-dated { llmgw_provider azure; llmgw_api_key %s;
    llmgw_azure_api_version 2024-10-21;
    llmgw_base_url http://127.0.0.1:@MOCK@/azure; }
location @huggingface { llmgw_provider huggingface; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/huggingface/v1; }
location @vertex { llmgw_provider vertex; llmgw_bearer_token %s;
    llmgw_google_project my-project; llmgw_google_location europe-west4;
    llmgw_base_url http://127.0.0.1:@MOCK@/vertex; }
location @cohere { llmgw_provider cohere; llmgw_api_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/cohere; }
location @bedrock { llmgw_provider bedrock; llmgw_aws_region %s;
    llmgw_aws_access_key_id %s; llmgw_aws_secret_access_key %s;
    llmgw_base_url http://127.0.0.1:@MOCK@/bedrock; }
""" % (provider_more.AZURE_KEY, provider_more.AZURE_KEY,
       provider_more.HUGGINGFACE_KEY, provider_more.VERTEX_TOKEN,
       provider_more.COHERE_KEY, provider_more.REGION, provider_more.AWS_KEY,
       provider_more.AWS_SECRET)


def command(program):
    """How to run one, or why not."""
    if program.endswith(".mjs"):
        node = shutil.which("node") or shutil.which("nodejs")
        if not node:
            return None, "no node"
        name = PROGRAMS[program]
        if not os.path.isdir(os.path.join(
                os.environ["LLMGW_SDK_NODE"], "node_modules", name)):
            return None, "the npm package %s is not installed" % name

        # packages are looked for beside the program

        for file in (program, "check.mjs", "chat.mjs"):
            shutil.copy(os.path.join(HERE, file),
                        os.path.join(os.environ["LLMGW_SDK_NODE"], file))
        return [node, os.path.join(os.environ["LLMGW_SDK_NODE"],
                                   program)], None

    python = os.environ["LLMGW_SDK_PYTHON"]
    if not os.path.exists(os.path.join(
            os.path.dirname(os.path.dirname(python)), "installed.txt")):
        return None, "the Python packages are not installed"
    return [python, os.path.join(HERE, program)], None


def main():
    mock = provider_more.Provider()
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
