"""OpenAI's client for Python against the gateway."""

import asyncio
import io
import json
import time

import openai
from pydantic import BaseModel

from check import BASE, KEY, PNG, SMALL_KEY, WEATHER, equal, rejects, test

OPTIONS = {"base_url": BASE + "/v1", "api_key": KEY, "max_retries": 0}
client = openai.OpenAI(**OPTIONS)
create = client.chat.completions.create

TOOLS = [{"type": "function", "function": {
    "name": "get_weather", "parameters": WEATHER}}]


def user(content):
    return [{"role": "user", "content": content}]


class Person(BaseModel):
    name: str
    age: int


def chat(model):
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=user("Hi"))
    r = raw.parse()
    equal(r.choices[0].message.content, "Hello there")
    equal(r.usage.total_tokens,
          r.usage.prompt_tokens + r.usage.completion_tokens)
    equal(bool(r._request_id), True)
    equal(raw.headers["content-type"], "application/json")


def stream(model):
    text, finish = "", None
    with create(model=model, messages=user("Hi"), stream=True,
                stream_options={"include_usage": True}) as chunks:
        usage = None
        for chunk in chunks:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
    equal((text, finish, usage.completion_tokens), ("Hello there", "stop", 7))


def stream_helper(model):
    with client.chat.completions.stream(model=model, messages=user("Hi")) as s:
        for _ in s:
            pass
        equal(s.get_final_completion().choices[0].message.content,
              "Hello there")


def tools(model):
    messages = user("the weather?")
    first = create(model=model, messages=messages, tools=TOOLS)
    call = first.choices[0].message.tool_calls[0]
    equal((first.choices[0].finish_reason, call.function.name,
           json.loads(call.function.arguments)),
          ("tool_calls", "get_weather", {"city": "Paris"}))
    messages += [first.choices[0].message,
                 {"role": "tool", "tool_call_id": call.id, "content": "21"}]
    second = create(model=model, messages=messages, tools=TOOLS)
    equal(second.choices[0].message.content, "It is 21 degrees.")


def tools_stream(model):
    with client.chat.completions.stream(
            model=model, messages=user("two tools"), tools=TOOLS) as s:
        final = s.get_final_completion()
    equal([json.loads(c.function.arguments)["city"]
           for c in final.choices[0].message.tool_calls], ["Paris", "Rome"])


def vision(model):
    for url in ("data:image/png;base64," + PNG,
                "https://img.example.com/a.png"):
        r = create(model=model, messages=user(
            [{"type": "text", "text": "an image"},
             {"type": "image_url", "image_url": {"url": url}}]))
        equal(r.choices[0].message.content, "I see 1 image.")


def schema(model):
    r = client.chat.completions.parse(
        model=model, messages=user("json please"), response_format=Person)
    equal(r.choices[0].message.parsed, Person(name="Ada", age=36))


def error(model, status, kind):
    want = 400 if (model, status) == ("claude", 422) else status
    rejects(openai.BadRequestError if want == 400 else kind,
            lambda: create(model=model, messages=user("error %d" % status)),
            lambda e: equal((e.status_code, e.body["message"]),
                            (want, "as you wished")))


def retries(model):
    begin = time.monotonic()
    r = openai.OpenAI(**dict(OPTIONS, max_retries=3)).chat.completions.create(
        model=model, messages=user("flaky python-" + model))
    equal(r.choices[0].message.content, "Hello there")
    equal(time.monotonic() - begin > 1.9, True)


def cut(model):
    def run():
        for _ in create(model=model, messages=user("cut"), stream=True):
            pass
    rejects(openai.APIError, run,
            lambda e: equal(e.code, "upstream_incomplete"))


for m in ("gpt-4o", "claude", "gemini"):
    for f in (chat, stream, stream_helper, tools, tools_stream, vision,
              schema, retries, cut):
        test("%s: %s" % (m, f.__name__), lambda: f(m))
    for status, kind in ((400, openai.BadRequestError),
                         (401, openai.AuthenticationError),
                         (403, openai.PermissionDeniedError),
                         (404, openai.NotFoundError),
                         (422, openai.UnprocessableEntityError),
                         (429, openai.RateLimitError),
                         (500, openai.InternalServerError),
                         (503, openai.InternalServerError)):
        test("%s: error %d" % (m, status), lambda: error(m, status, kind))

test("wrong key", lambda: rejects(
    openai.AuthenticationError,
    lambda: openai.OpenAI(**dict(OPTIONS, api_key="no")).models.list(),
    lambda e: equal(e.code, "invalid_api_key")))
test("model not allowed", lambda: rejects(
    openai.PermissionDeniedError,
    lambda: openai.OpenAI(**dict(OPTIONS, api_key=SMALL_KEY))
    .chat.completions.create(model="claude", messages=user("Hi"))))
test("unknown model", lambda: rejects(
    openai.NotFoundError,
    lambda: create(model="nope", messages=user("Hi")),
    lambda e: equal(e.code, "model_not_found")))
test("unsupported parameter", lambda: rejects(
    openai.BadRequestError,
    lambda: create(model="claude", messages=user("Hi"), n=2),
    lambda e: equal((e.param, e.code), ("n", "unsupported_parameter"))))
test("nobody listens", lambda: rejects(
    openai.InternalServerError,
    lambda: create(model="gone", messages=user("Hi")),
    lambda e: equal(e.status_code, 502)))
test("time-out", lambda: rejects(
    openai.InternalServerError,
    lambda: create(model="slow", messages=user("Hi")),
    lambda e: equal(e.status_code, 504)))
test("no gateway", lambda: rejects(
    openai.APIConnectionError,
    lambda: openai.OpenAI(**dict(OPTIONS, base_url="http://127.0.0.1:1/v1"))
    .models.list()))
test("fallback", lambda: equal(
    create(model="rescue", messages=user("Hi")).choices[0].message.content,
    "Hello there"))
test("embeddings", lambda: equal(
    client.embeddings.create(model="gpt-4o", input=["Hi"]).data[0].embedding,
    [0.5, -0.25, 1.0]))
test("completions", lambda: equal(
    client.completions.create(model="gpt-4o", prompt="Hi").choices[0].text,
    "Hello there"))
test("moderations", lambda: equal(
    client.moderations.create(model="gpt-4o", input="Hi").results[0].flagged,
    False))
test("images", lambda: equal(
    client.images.generate(model="gpt-4o", prompt="a cat").data[0].b64_json,
    "aGk="))
test("speech", lambda: equal(
    client.audio.speech.create(model="gpt-4o", voice="alloy",
                               input="Hi").read(), bytes(range(256)) * 20))
test("transcription", lambda: equal(
    client.audio.transcriptions.create(
        model="gpt-4o", file=("a.wav", io.BytesIO(
            b"RIFF\x00\xff--\r\n\r\ndata"))).text, "Hello there"))
test("responses", lambda: equal(
    client.responses.create(model="gpt-4o", input="Hi").output_text,
    "Hello there"))


def responses_stream():
    types = [e.type for e in client.responses.create(
        model="gpt-4o", input="Hi", stream=True)]
    equal((types[0], types[-1]), ("response.created", "response.completed"))


test("responses, stream", responses_stream)


def models():
    equal([m.id for m in client.models.list()],
          ["gpt-4o", "gpt-small", "claude", "gemini", "gone", "slow", "rescue"])
    equal(client.models.retrieve("claude").id, "claude")


test("models", models)


def many():
    async def run():
        async with openai.AsyncOpenAI(**OPTIONS) as c:
            rs = await asyncio.gather(*[c.chat.completions.create(
                model="claude" if i % 2 else "gpt-4o",
                messages=user("Hi %d" % i)) for i in range(50)])
        equal({r.choices[0].message.content for r in rs}, {"Hello there"})
    asyncio.run(run())


test("many at once", many)

print("done")
