"""The little that the client programs share."""

import os

BASE = os.environ["GATEWAY"]
KEY = os.environ["GATEWAY_KEY"]
SMALL_KEY = os.environ["GATEWAY_SMALL_KEY"]

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}},
           "required": ["city"], "additionalProperties": False}

PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
       "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


def test(name, run):
    try:
        run()
        print("ok " + name)
    except Exception as e:
        print("FAIL %s: %s %s" % (name, type(e).__name__,
                                  str(e).replace("\n", " ")[:500]))


def equal(got, want):
    if got != want:
        raise AssertionError("want %r, got %r" % (want, got))


def rejects(kind, run, also=None):
    try:
        run()
    except kind as e:
        if also:
            also(e)
        return
    raise AssertionError("no " + kind.__name__)
