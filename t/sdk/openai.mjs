// OpenAI's client for Node against the gateway.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import OpenAI, { toFile } from 'openai';
import { File } from 'node:buffer';
import { chat, client, options, user } from './chat.mjs';
import { equal, rejects, smallKey, test } from './check.mjs';

globalThis.File ??= File;

await chat('gpt-4o');
await chat('claude', { unprocessable: 400 });
await chat('gemini', { requestId: false });

await test('wrong key', () => rejects(
  OpenAI.AuthenticationError,
  () => new OpenAI({ ...options, apiKey: 'sk-wrong' }).chat.completions.create({ model: 'gpt-4o', messages: user('Hi') }),
  (e) => equal([e.status, e.code], [401, 'invalid_api_key']),
));

await test('model not allowed', () => rejects(
  OpenAI.PermissionDeniedError,
  () => new OpenAI({ ...options, apiKey: smallKey }).chat.completions.create({ model: 'gpt-4o', messages: user('Hi') }),
  (e) => equal([e.status, e.param], [403, 'model']),
));

await test('unknown model', () => rejects(
  OpenAI.NotFoundError,
  () => client.chat.completions.create({ model: 'nope', messages: user('Hi') }),
  (e) => equal(e.code, 'model_not_found'),
));

await test('unknown path', () => rejects(OpenAI.NotFoundError, () => client.get('/no/such/path')));

await test('parameter that a service does not have', () => rejects(
  OpenAI.BadRequestError,
  () => client.chat.completions.create({ model: 'claude', messages: user('Hi'), n: 3 }),
  (e) => equal([e.param, e.code, e.type], ['n', 'unsupported_parameter', 'invalid_request_error']),
));

await test('max_tokens of a wrong type', () => rejects(
  OpenAI.BadRequestError,
  () => client.chat.completions.create({ model: 'gpt-4o', messages: user('Hi'), max_tokens: -1 }),
));

await test('nobody listens', () => rejects(
  OpenAI.InternalServerError,
  () => client.chat.completions.create({ model: 'gone', messages: user('Hi') }),
  (e) => equal([e.status, e.code], [502, 'bad_gateway']),
));

await test('time-out', () => rejects(
  OpenAI.InternalServerError,
  () => client.chat.completions.create({ model: 'slow', messages: user('Hi') }),
  (e) => equal([e.status, e.code], [504, 'upstream_timeout']),
));

await test('no gateway', () => rejects(
  OpenAI.APIConnectionError,
  () => new OpenAI({ ...options, baseURL: 'http://127.0.0.1:1/v1' }).models.list(),
));

await test('fallback', async () => {
  const r = await client.chat.completions.create({ model: 'rescue', messages: user('Hi') });
  equal(r.choices[0].message.content, 'Hello there');
});

await test('embeddings, base64 by default', async () => {
  const r = await client.embeddings.create({ model: 'gpt-4o', input: ['Hi'] });
  equal(Array.from(r.data[0].embedding), [0.5, -0.25, 1]);
});

await test('embeddings of Gemini', async () => {
  const r = await client.embeddings.create({ model: 'gemini', input: ['a', 'b'] });
  equal(r.data.map((d) => Array.from(d.embedding)), [[0.5, -0.25, 1], [0.5, -0.25, 1]]);
});

await test('embeddings, floats', async () => {
  const r = await client.embeddings.create({ model: 'gpt-4o', input: 'Hi', encoding_format: 'float' });
  equal(r.data[0].embedding, [0.5, -0.25, 1]);
});

await test('completions', async () => {
  const r = await client.completions.create({ model: 'gpt-4o', prompt: 'Hi' });
  equal(r.choices[0].text, 'Hello there');
});

await test('moderations', async () => {
  const r = await client.moderations.create({ model: 'gpt-4o', input: 'Hi' });
  equal(r.results[0].flagged, false);
});

await test('images', async () => {
  const r = await client.images.generate({ model: 'gpt-4o', prompt: 'a cat' });
  equal(r.data[0].b64_json, 'aGk=');
});

await test('speech', async () => {
  const r = await client.audio.speech.create({ model: 'gpt-4o', voice: 'alloy', input: 'Hi' });
  const bytes = Buffer.from(await r.arrayBuffer());
  equal([bytes.length, bytes[300], r.headers.get('content-type')], [5120, 44, 'audio/mpeg']);
});

const wav = Buffer.concat([Buffer.from('RIFF'), Buffer.from([0, 255]), Buffer.from('--\r\n\r\ndata')]);

await test('transcription', async () => {
  const r = await client.audio.transcriptions.create({ model: 'gpt-4o', file: await toFile(wav, 'a.wav') });
  equal(r.text, 'Hello there');
});

await test('transcription of a file, the model last', async () => {
  const name = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'llmgw-')), 'a.wav');
  fs.writeFileSync(name, wav);
  try {
    const r = await client.audio.transcriptions.create({ file: fs.createReadStream(name), language: 'en', model: 'gpt-4o' });
    equal(r.text, 'Hello there');
  } finally {
    fs.rmSync(path.dirname(name), { recursive: true });
  }
});

await test('responses', async () => {
  const r = await client.responses.create({ model: 'gpt-4o', input: 'Hi' });
  equal(r.output_text, 'Hello there');
});

await test('responses, stream', async () => {
  const stream = await client.responses.create({ model: 'gpt-4o', input: 'Hi', stream: true });
  const types = [];
  for await (const event of stream) {
    types.push(event.type);
  }
  equal([types[0], types.at(-1)], ['response.created', 'response.completed']);
});

await test('models', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }
  equal(ids, ['gpt-4o', 'gpt-small', 'claude', 'gemini', 'gone', 'slow', 'rescue', 'azure', 'azure-dated', 'huggingface',
    'vertex', 'cohere', 'bedrock']);
  equal((await client.models.retrieve('claude')).object, 'model');
});

await test('models of a key', async () => {
  const small = new OpenAI({ ...options, apiKey: smallKey });
  const ids = (await small.models.list()).data.map((m) => m.id);
  equal(ids, ['gpt-small']);
  await rejects(OpenAI.NotFoundError, () => small.models.retrieve('gpt-4o'));
});

await test('many at once', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, (_, i) => client.chat.completions.create({
    model: ['gpt-4o', 'claude', 'gemini'][i % 3], messages: user(`Hi ${i}`),
  })));
  equal(all.every((r) => r.choices[0].message.content === 'Hello there'), true);
});

console.log('done');
