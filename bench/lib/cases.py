"""What is sent and what has to come back."""

import json
import os
import re

from .machine import BenchError

PROVIDERS = ["openai", "anthropic"]

MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-sonnet-4-5-20250929"}

# every mode of the mock that a case uses, so that gateways can route to them
MODES = ["a512", "a2048", "a65536", "a2048-d20", "a2048-d60", "n4",
         "n200", "n200-g20", "n64", "n64-g20-t200", "n600", "n600-g20",
         "n600-g500"]

USAGE = (1000, 200, 1200)

PROSE = (r"Please look through the report below and say in a few sentences "
         r"what changed since \"last week\", which figures need a second "
         r"look, and why.\nThe r\u00e9sum\u00e9 lists 1,024 items "
         "\u2014 prices, quantities, dates; " r"some lines are\tempty.\n\n")


class Case:
    """A request and the form of its answer."""

    def __init__(self, provider, size, mode, stream=False, image=False):
        self.provider = provider
        self.size = size
        self.mode = mode
        self.stream = stream
        self.image = image
        kinds = [provider, size_name(size)]
        if image:
            kinds.append("image")
        self.key = "-".join(kinds + [mode])
        tokens = dict(re.findall(r"(?:^|-)([a-z]+)(\d+)", mode))
        self.events = int(tokens.get("n", 0))
        self.delay, self.ttft, self.gap = (int(tokens.get(k, 0))
                                           for k in "dtg")

    def label(self):
        what = "%s %s%s" % (self.provider, size_name(self.size),
                            " image" if self.image else "")
        return what + " → " + mode_name(self.mode)

    def gapless(self):
        """The same request, answered without pauses."""
        mode = re.sub(r"-[gtd]\d+", "", self.mode)
        return Case(self.provider, self.size, mode, self.stream, self.image)


def size_name(size):
    if size >= 1 << 20:
        return "%d MB" % (size >> 20)
    return "%d kB" % (size >> 10)


def mode_name(mode):
    words = []
    for key, n in re.findall(r"(?:^|-)([a-z]+)(\d+)", mode):
        n = int(n)
        words.append({
            "a": "%g kB" % (n / 1024), "n": "stream of %d" % n,
            "d": "after %d ms" % n, "g": "%d ms apart" % n,
            "t": "after %d ms" % n}[key])
    return ", ".join(words)


def body(dialect, model, case):
    """The request's JSON text, of exactly the size asked for."""
    mark = "\0"
    if case.image and dialect == "openai":
        content = [{"type": "text", "text": "What is this?"},
                   {"type": "image_url", "image_url":
                    {"url": "data:image/png;base64," + mark}}]
    elif case.image:
        content = [{"type": "text", "text": "What is this?"},
                   {"type": "image", "source":
                    {"type": "base64", "media_type": "image/png",
                     "data": mark}}]
    else:
        content = mark if dialect == "openai" else [
            {"type": "text", "text": mark}]
    system = "You are a careful assistant. Answer in plain words."
    request = {"model": model}
    if case.stream:
        request["stream"] = True
    request["max_tokens"] = 512
    if dialect == "openai":
        request["messages"] = [{"role": "system", "content": system},
                               {"role": "user", "content": content}]
    else:
        request["system"] = system
        request["messages"] = [{"role": "user", "content": content}]
    request["temperature"] = 0.2
    text = json.dumps(request, separators=(",", ":"))
    first, last = text.split(json.dumps(mark)[1:-1])
    room = case.size - len(first) - len(last)
    if room < 0:
        raise BenchError("a body of %d bytes is too small" % case.size)
    if case.image:
        # base64 comes in fours; the rest of the room is white space
        data = ("iVBORw0KGgoAAAANSUhEUgAAB9AAAAfQCAYAAAC" * (room // 39 + 1))
        fill = data[:room // 4 * 4].encode()
        tail = last.encode() + b" " * (room % 4)
    else:
        prose = PROSE.encode()
        whole = room // len(prose)
        fill = prose * whole
        fill += b"." * (room - len(fill))
        tail = last.encode()
    made = first.encode() + fill + tail
    json.loads(made)
    assert len(made) == case.size
    return made


# What an answer means, whatever its dialect and form


def meaning(dialect, stream, got):
    """(text, finish reason, usage or None) of an answer."""
    if stream:
        read = stream_openai if dialect == "openai" else stream_anthropic
        text, finish, usage = read(got.decode())
    elif dialect == "openai":
        answer = json.loads(got)
        choice = answer["choices"][0]
        text, finish = choice["message"]["content"], choice["finish_reason"]
        usage = usage_openai(answer["usage"])
    else:
        answer = json.loads(got)
        text = "".join(b["text"] for b in answer["content"])
        finish = finish_anthropic(answer["stop_reason"])
        usage = usage_anthropic(answer["usage"])
    return re.sub(r"~\d{18}~", "~", text), finish, usage


def usage_openai(u):
    return u["prompt_tokens"], u["completion_tokens"], u["total_tokens"]


def usage_anthropic(u):
    return (u["input_tokens"], u["output_tokens"],
            u["input_tokens"] + u["output_tokens"])


def finish_anthropic(reason):
    return {"end_turn": "stop"}[reason]


def stream_openai(text):
    parts, finish, usage, done = [], None, None, False
    for line in text.split("\n"):
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if done:
            raise ValueError("events after [DONE]")
        if data == "[DONE]":
            done = True
            continue
        event = json.loads(data)
        if event.get("usage"):
            usage = usage_openai(event["usage"])
        for choice in event["choices"]:
            parts.append(choice["delta"].get("content") or "")
            finish = choice["finish_reason"] or finish
    if not done:
        raise ValueError("no [DONE]")
    return "".join(parts), finish, usage


def stream_anthropic(text):
    parts, finish, usage, done = [], None, {}, False
    for line in text.split("\n"):
        if not line.startswith("data:"):
            continue
        event = json.loads(line[5:])
        if event["type"] == "message_start":
            usage.update(event["message"]["usage"])
        elif event["type"] == "content_block_delta":
            parts.append(event["delta"]["text"])
        elif event["type"] == "message_delta":
            finish = finish_anthropic(event["delta"]["stop_reason"])
            usage.update(event["usage"])
        elif event["type"] == "message_stop":
            done = True
    if not done:
        raise ValueError("no message_stop")
    return "".join(parts), finish, usage_anthropic(usage)


class References:
    """Bodies to send and answers to expect, written to files once."""

    def __init__(self, directory):
        self.dir = directory
        self.known = {}
        os.makedirs(directory, exist_ok=True)

    def files(self, direct, leg, case):
        """(file of the body, file of the answer), the answer checked."""
        found = self.known.get((leg.name, case.key))
        if found:
            return found
        stem = os.path.join(self.dir, "%s-%s" % (
            leg.name, case.key.replace(" ", "")))
        with open(stem + ".request", "wb") as f:
            f.write(body(leg.dialect(case), leg.model(case), case))
        answer = self.answer(leg, case.gapless())
        self.check(direct, leg, case.gapless(), answer)
        with open(stem + ".answer", "wb") as f:
            f.write(answer)
        found = (stem + ".request", stem + ".answer")
        self.known[(leg.name, case.key)] = found
        return found

    def answer(self, leg, case):
        sent = body(leg.dialect(case), leg.model(case), case)
        status, got = leg.ask(case, sent)
        if status != 200:
            raise BenchError("%s: %s: status %d: %s" % (
                leg.name, case.label(), status, got.decode()[:600]))
        return got

    def check(self, direct, leg, case, got):
        """The answer means what the mock said, and is the same twice."""
        if leg.name == "direct":
            return
        said = self.answer(direct, case)
        try:
            ours = meaning(leg.dialect(case), case.stream, got)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise BenchError("%s: %s: malformed answer: %r" % (
                leg.name, case.label(), e))
        theirs = meaning(case.provider, case.stream, said)
        # a client that did not ask for the usage of a stream gets none
        if leg.gateway and case.stream:
            theirs = theirs[:2] + (None,)
        if ours != theirs:
            raise BenchError("%s: %s: another answer than the mock's: %r" % (
                leg.name, case.label(), [a for a, b in zip(ours, theirs)
                                         if a != b]))
        if case.provider == leg.dialect(case) and plain(got) != plain(said):
            raise BenchError("%s: %s: not byte for byte what the mock sent"
                             % (leg.name, case.label()))
        if plain(self.answer(leg, case)) != plain(got):
            raise BenchError("%s: %s: two answers differ" % (
                leg.name, case.label()))


def plain(answer):
    return re.sub(rb'~\d{18}~|"created":\d+', b"", answer)
