"""What OpenAI's client does with any model, whichever provider is behind it."""

import json
import time

import openai
from pydantic import BaseModel

from check import BASE, KEY, PNG, WEATHER, equal, rejects, test

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


def vision(model, links):
    for url in ["data:image/png;base64," + PNG] + [
            "https://img.example.com/a.png"] * links:
        r = create(model=model, messages=user(
            [{"type": "text", "text": "an image"},
             {"type": "image_url", "image_url": {"url": url}}]))
        equal(r.choices[0].message.content, "I see 1 image.")


def schema(model):
    r = client.chat.completions.parse(
        model=model, messages=user("json please"), response_format=Person)
    equal(r.choices[0].message.parsed, Person(name="Ada", age=36))


def error(model, status, want, kind):
    rejects(kind,
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


def chats(model, unprocessable=422, links=True):
    """unprocessable: what becomes of 422; links: whether the provider fetches
    images itself."""
    for f in (chat, stream, stream_helper, tools, tools_stream, schema,
              retries, cut):
        test("%s: %s" % (model, f.__name__), lambda: f(model))
    test("%s: vision" % model, lambda: vision(model, links))
    for status, kind in ((400, openai.BadRequestError),
                         (401, openai.AuthenticationError),
                         (403, openai.PermissionDeniedError),
                         (404, openai.NotFoundError),
                         (422, openai.UnprocessableEntityError
                          if unprocessable == 422
                          else openai.BadRequestError),
                         (429, openai.RateLimitError),
                         (500, openai.InternalServerError),
                         (503, openai.InternalServerError)):
        test("%s: error %d" % (model, status), lambda: error(
            model, status, unprocessable if status == 422 else status, kind))
