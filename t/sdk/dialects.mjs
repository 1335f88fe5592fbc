// OpenAI's client for Node in front of every other provider's format.

import { chat, client } from './chat.mjs';
import { equal, test } from './check.mjs';

await chat('azure');
await chat('azure-dated');
await chat('huggingface');
await chat('vertex', { requestId: false });
await chat('cohere', { unprocessable: 400 });
await chat('bedrock', { links: false });

for (const model of ['azure', 'cohere']) {
  await test(`${model}: embeddings`, async () => {
    const r = await client.embeddings.create({ model, input: ['a', 'b'] });
    equal(Array.from(r.data[0].embedding), [0.5, -0.25, 1]);
  });
}

console.log('done');
