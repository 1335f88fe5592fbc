"""Anthropic's client for Python against the gateway."""

import time

import anthropic

from check import BASE, KEY, PNG, SMALL_KEY, WEATHER, equal, rejects, test

OPTIONS = {"base_url": BASE, "api_key": KEY, "max_retries": 0}
client = anthropic.Anthropic(**OPTIONS)

TOOLS = [{"name": "get_weather", "input_schema": WEATHER}]


def user(content):
    return [{"role": "user", "content": content}]


def create(model, content, **more):
    return client.messages.create(model=model, max_tokens=100,
                                  messages=user(content), **more)


def message(model):
    r = create(model, "Hi", system="Be brief.", stop_sequences=["x"])
    equal((r.content[0].text, r.stop_reason, r.usage.output_tokens),
          ("Hello there", "end_turn", 7))
    equal(bool(r._request_id), True)


def stream(model):
    with client.messages.stream(model=model, max_tokens=100,
                                messages=user("Hi")) as s:
        equal("".join(s.text_stream), "Hello there")
        equal(s.get_final_message().usage.output_tokens, 7)


def raw_stream(model):
    types = [e.type for e in create(model, "Hi", stream=True)]
    equal((types[0], types[-1]), ("message_start", "message_stop"))


def tools(model):
    messages = user("the weather?")
    first = client.messages.create(model=model, max_tokens=100,
                                   messages=messages, tools=TOOLS)
    use = [b for b in first.content if b.type == "tool_use"][0]
    equal((first.stop_reason, use.name, use.input),
          ("tool_use", "get_weather", {"city": "Paris"}))
    messages += [{"role": "assistant", "content": first.content},
                 {"role": "user", "content": [
                     {"type": "tool_result", "tool_use_id": use.id,
                      "content": "21"}]}]
    second = client.messages.create(model=model, max_tokens=100,
                                    messages=messages, tools=TOOLS)
    equal(second.content[0].text, "It is 21 degrees.")


def tools_stream(model):
    with client.messages.stream(model=model, max_tokens=100, tools=TOOLS,
                                messages=user("two tools")) as s:
        final = s.get_final_message()
    equal([b.input["city"] for b in final.content if b.type == "tool_use"],
          ["Paris", "Rome"])


def vision(model):
    r = create(model, [
        {"type": "image", "source": {"type": "base64",
                                     "media_type": "image/png",
                                     "data": PNG}},
        {"type": "text", "text": "an image"}])
    equal(r.content[0].text, "I see 1 image.")


def count(model):
    r = client.messages.count_tokens(model=model, messages=user("12345678"),
                                     tools=TOOLS)
    if model == "gpt-4o":
        equal(5 < r.input_tokens < 100, True)   # an estimate
    else:
        equal(r.input_tokens, 5)


def retries(model):
    begin = time.monotonic()
    r = anthropic.Anthropic(**dict(OPTIONS, max_retries=3)).messages.create(
        model=model, max_tokens=100,
        messages=user("flaky anthropic-python-" + model))
    equal(r.content[0].text, "Hello there")
    equal(time.monotonic() - begin > 1.9, True)


def cut(model):
    def run():
        for _ in create(model, "cut", stream=True):
            pass
    rejects(anthropic.APIError, run)


def error(model, status, kind):
    rejects(kind, lambda: create(model, "error %d" % status),
            lambda e: equal((e.status_code, e.body["error"]["message"]),
                            (status, "as you wished")))


for m in ("gpt-4o", "claude", "gemini"):
    for f in (message, stream, raw_stream, tools, tools_stream, vision,
              count, retries, cut):
        test("%s: %s" % (m, f.__name__), lambda: f(m))
    for status, kind in ((400, anthropic.BadRequestError),
                         (401, anthropic.AuthenticationError),
                         (403, anthropic.PermissionDeniedError),
                         (404, anthropic.NotFoundError),
                         (429, anthropic.RateLimitError),
                         (500, anthropic.InternalServerError)):
        test("%s: error %d" % (m, status), lambda: error(m, status, kind))

test("wrong key", lambda: rejects(
    anthropic.AuthenticationError,
    lambda: anthropic.Anthropic(**dict(OPTIONS, api_key="no"))
    .messages.create(model="claude", max_tokens=1, messages=user("Hi"))))
test("key as a bearer token", lambda: equal(
    anthropic.Anthropic(**dict(OPTIONS, api_key=None, auth_token=KEY))
    .messages.create(model="claude", max_tokens=1,
                     messages=user("Hi")).content[0].text, "Hello there"))
test("model not allowed", lambda: rejects(
    anthropic.PermissionDeniedError,
    lambda: anthropic.Anthropic(**dict(OPTIONS, api_key=SMALL_KEY))
    .messages.create(model="claude", max_tokens=1, messages=user("Hi"))))
test("unknown model", lambda: rejects(
    anthropic.NotFoundError, lambda: create("nope", "Hi")))
test("nobody listens", lambda: rejects(
    anthropic.InternalServerError, lambda: create("gone", "Hi")))
test("fallback", lambda: equal(
    create("rescue", "Hi").content[0].text, "Hello there"))

print("done")
