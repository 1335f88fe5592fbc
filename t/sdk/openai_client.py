"""OpenAI's client for Python against the gateway."""

import asyncio
import io

import openai

from chat_client import OPTIONS, chats, client, create, user
from check import SMALL_KEY, equal, rejects, test

chats("gpt-4o")
chats("claude", unprocessable=400)
chats("gemini")

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
          ["gpt-4o", "gpt-small", "claude", "gemini", "gone", "slow", "rescue",
           "azure", "azure-dated", "huggingface", "vertex", "cohere",
           "bedrock"])
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
