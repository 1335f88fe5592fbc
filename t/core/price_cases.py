#!/usr/bin/env python3
"""States what 200 requests cost, by exact decimal arithmetic and straight from
data/prices.tsv: the library's table and its integers have no part in it.

    t/core/price_cases.py > t/core/price_cases.h

The output is kept, so that a change of the table or of the rules shows.
"""

import csv
import os
import random
from decimal import Decimal, ROUND_HALF_UP

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
MILLION = Decimal(10 ** 6)
NANO = Decimal("1e-9")
PICO = Decimal("1e-12")
CASES = 200


def price(row, name):
    return Decimal(row[name]) if row[name] else None


def per_token(row, name):
    value = price(row, name)
    return value / MILLION if value is not None else None


def cost(row, use):
    """Dollars, exactly."""
    total = Decimal(0)

    if row["mode"] == "audio_speech" and use["characters"] is not None:
        return per_token(row, "input_per_mtok") * use["characters"]

    rate = {n: per_token(row, n + "_per_mtok")
            for n in ("input", "output", "cache_read", "cache_write")}

    # an entry that lives an hour: twice the input, where the usual one is
    # five fourths of it

    hour = rate["cache_write"]
    if hour and hour == rate["input"] * Decimal("1.25"):
        hour = 2 * rate["input"]

    threshold = row["threshold_tokens"]
    if threshold and use["prompt"] is not None:
        over = (use["prompt"] >= int(threshold)
                if row["provider_slug"] == "xai"
                else use["prompt"] > int(threshold))
        if over:
            above = per_token(row, "input_above_threshold_per_mtok")
            grow = lambda v: v and (v * above / rate["input"]).quantize(
                PICO, ROUND_HALF_UP)
            rate["cache_read"] = grow(rate["cache_read"])
            rate["cache_write"] = grow(rate["cache_write"])
            hour = grow(hour)
            rate["input"] = above
            rate["output"] = per_token(row, "output_above_threshold_per_mtok")

    if use["prompt"] is not None and rate["input"] is not None:
        read = rate["cache_read"]
        write = rate["cache_write"]
        if read is None:
            read = rate["input"]
        if write is None:
            write = hour = rate["input"]
        plain = use["prompt"] - use["cached"] - use["write"]
        total += plain * rate["input"] + use["cached"] * read
        total += (use["write"] - use["hour"]) * write + use["hour"] * hour

    if use["completion"] is not None and rate["output"] is not None:
        total += use["completion"] * rate["output"]
    if use["images"] is not None and row["per_image"]:
        total += use["images"] * price(row, "per_image")
    if use["ms"] is not None and row["per_second"]:
        total += Decimal(use["ms"]) / 1000 * price(row, "per_second")
    if row["per_query"]:
        total += price(row, "per_query") * (use["queries"] or 1)

    return total


def usage(r, row):
    use = dict.fromkeys(("prompt", "completion", "characters", "images", "ms",
                         "queries"))
    use.update(cached=0, write=0, hour=0)
    mode = row["mode"]

    size = lambda: int(10 ** r.uniform(0, 6))

    if mode == "image" and row["per_image"]:
        use["images"] = r.randint(1, 10)
    elif mode == "audio_transcription" and row["per_second"]:
        use["ms"] = r.randint(1, 3600000)
    elif mode == "rerank" and row["per_query"]:
        use["queries"] = r.choice([None, 1, 3])
    elif mode == "audio_speech" and not row["output_per_mtok"]:
        use["characters"] = size()
    else:
        use["prompt"] = size()
        if row["threshold_tokens"]:
            n = int(row["threshold_tokens"])
            use["prompt"] = r.choice([n - 1, n, n + 1, r.randint(1, 2 * n)])
        if mode not in ("embedding", "rerank", "moderation"):
            use["completion"] = size()
        if mode == "chat" and r.random() < 0.6:
            use["cached"] = r.randint(0, use["prompt"])
            use["write"] = r.randint(0, use["prompt"] - use["cached"])
            if r.random() < 0.5:
                use["hour"] = r.randint(0, use["write"])
    return use


def choose(rows):
    """Some of each kind, those with thresholds and odd prices among them."""
    r = random.Random(20261125)
    by = {}
    for row in rows:
        kind = row["mode"]
        if kind == "chat":
            kind = ("query" if row["per_query"] else
                    "tier" if row["threshold_tokens"] else
                    "write" if row["cache_write_per_mtok"] else
                    "read" if row["cache_read_per_mtok"] else "chat")
        by.setdefault(kind, []).append(row)
    picked = []
    for kind, n in (("query", 4), ("tier", 40), ("write", 40), ("read", 30),
                    ("embedding", 15), ("image", 15), ("audio_speech", 8),
                    ("audio_transcription", 12), ("rerank", 10),
                    ("moderation", 2), ("completion", 2)):
        picked += r.sample(by[kind], min(n, len(by[kind])))
    picked += r.sample(by["chat"], CASES - len(picked))
    return [(row, usage(r, row)) for row in picked]


def main():
    with open(os.path.join(TOP, "data", "prices.tsv"), newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t",
                                   quoting=csv.QUOTE_NONE))

    # names that differ in nothing but case are looked for elsewhere

    seen = {}
    for row in rows:
        key = (row["provider_slug"], row["model"].lower())
        seen[key] = seen.get(key, 0) + 1
    rows = [row for row in rows
            if seen[row["provider_slug"], row["model"].lower()] == 1]

    print("""
/*
 * Copyright (C) the ngx_http_llmgw_module authors
 *
 * What requests cost, as price_cases.py states it: provider, model; tokens of
 * the prompt, of them cached, written, written for an hour; tokens of the
 * completion; characters; images; milliseconds; queries; nano-dollars.
 */

""")
    for row, use in choose(rows):
        dollars = cost(row, use)
        nano = int(dollars.quantize(NANO, ROUND_HALF_UP) / NANO)
        number = lambda n: "-1" if use[n] is None else str(use[n])
        print('{ "%s", "%s",' % (row["provider_slug"], row["model"]))
        print("  %s, %s, %s, %s, %s, %s, %s, %s, %s, %dLL }," % (
            tuple(number(n) for n in ("prompt", "cached", "write", "hour",
                                      "completion", "characters", "images",
                                      "ms", "queries")) + (nano,)))


if __name__ == "__main__":
    main()
