"""OpenAI's client for Python in front of every other provider's format."""

from chat_client import chats, client
from check import equal, test

chats("azure")
chats("azure-dated")
chats("huggingface")
chats("vertex")
chats("cohere", unprocessable=400)
chats("bedrock", links=False)

for model in ("azure", "cohere"):
    test("%s: embeddings" % model, lambda: equal(
        [d.embedding for d in client.embeddings.create(
            model=model, input=["a", "b"]).data][0], [0.5, -0.25, 1.0]))

print("done")
