// OpenAI's client for Node against the gateway.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import OpenAI, { toFile } from 'openai';
import { File } from 'node:buffer';
import { base, equal, key, person, png, rejects, smallKey, test, weather } from './check.mjs';

globalThis.File ??= File;

const options = { baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 };
const client = new OpenAI(options);

const user = (content) => [{ role: 'user', content }];
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'weather of a city', parameters: weather } }];

for (const model of ['gpt-4o', 'claude', 'gemini']) {
  await test(`${model}: chat`, async () => {
    const { data, response } = await client.chat.completions.create({ model, messages: user('Hi') }).withResponse();
    equal(data.choices[0].message.content, 'Hello there');
    equal(data.choices[0].finish_reason, 'stop');
    equal(data.object, 'chat.completion');
    equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    equal(data.usage.prompt_tokens_details.cached_tokens, 3);
    equal(typeof data._request_id, 'string');
    if (model !== 'gemini') {
      equal(data._request_id, 'req_upstream');
    }
    equal(response.status, 200);
  });

  await test(`${model}: system and developer messages`, async () => {
    const r = await client.chat.completions.create({
      model,
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'developer', content: 'Really.' }, ...user('Hi')],
      temperature: 0.2, max_tokens: 100, stop: ['x'], user: 'user-1',
    });
    equal(r.choices[0].message.content, 'Hello there');
  });

  await test(`${model}: stream`, async () => {
    const stream = await client.chat.completions.create({ model, messages: user('Hi'), stream: true });
    let text = '';
    let finish;
    const ids = new Set();
    for await (const chunk of stream) {
      ids.add(chunk.id);
      equal(chunk.usage, undefined, 'usage');
      text += chunk.choices[0].delta.content ?? '';
      finish = chunk.choices[0].finish_reason ?? finish;
    }
    equal([text, finish, ids.size], ['Hello there', 'stop', 1]);
  });

  await test(`${model}: stream with usage`, async () => {
    const stream = await client.chat.completions.create({
      model, messages: user('Hi'), stream: true, stream_options: { include_usage: true },
    });
    let usage;
    for await (const chunk of stream) {
      usage = chunk.usage ?? usage;
    }
    equal(usage.completion_tokens, 7);
  });

  await test(`${model}: stream helper`, async () => {
    const stream = client.chat.completions.stream({ model, messages: user('Hi') });
    const final = await stream.finalChatCompletion();
    equal(final.choices[0].message.content, 'Hello there');
  });

  await test(`${model}: stream of tool calls`, async () => {
    const stream = client.chat.completions.stream({ model, messages: user('two tools'), tools });
    const final = await stream.finalChatCompletion();
    equal(final.choices[0].message.tool_calls.map((c) => JSON.parse(c.function.arguments).city), ['Paris', 'Rome']);
    equal(final.choices[0].finish_reason, 'tool_calls');
  });

  await test(`${model}: tools round trip`, async () => {
    const messages = user('the weather?');
    const first = await client.chat.completions.create({ model, messages, tools });
    const call = first.choices[0].message.tool_calls[0];
    equal([call.type, call.function.name, JSON.parse(call.function.arguments)], ['function', 'get_weather', { city: 'Paris' }]);
    messages.push(first.choices[0].message);
    messages.push({ role: 'tool', tool_call_id: call.id, content: '21' });
    const second = await client.chat.completions.create({ model, messages, tools });
    equal(second.choices[0].message.content, 'It is 21 degrees.');
  });

  await test(`${model}: runTools`, async () => {
    const asked = [];
    const runner = client.chat.completions.runTools({
      model,
      messages: user('the weather?'),
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather, description: 'w', parse: JSON.parse, function: (a) => { asked.push(a.city); return '21'; } } }],
    });
    equal(await runner.finalContent(), 'It is 21 degrees.');
    equal(asked, ['Paris']);
  });

  await test(`${model}: vision`, async () => {
    for (const url of [`data:image/png;base64,${png}`, 'https://img.example.com/a.png']) {
      const r = await client.chat.completions.create({
        model, messages: user([{ type: 'text', text: 'an image' }, { type: 'image_url', image_url: { url } }]),
      });
      equal(r.choices[0].message.content, 'I see 1 image.');
    }
  });

  await test(`${model}: JSON schema`, async () => {
    const r = await client.chat.completions.parse({
      model, messages: user('json please'),
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema: person, strict: true } },
    });
    equal(JSON.parse(r.choices[0].message.content), { name: 'Ada', age: 36 });
  });

  for (const [status, type] of [
    [400, OpenAI.BadRequestError], [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError], [404, OpenAI.NotFoundError],
    [422, model === 'claude' ? OpenAI.BadRequestError : OpenAI.UnprocessableEntityError], [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError], [503, OpenAI.InternalServerError],
  ]) {
    await test(`${model}: error ${status}`, () => rejects(
      type,
      () => client.chat.completions.create({ model, messages: user(`error ${status}`) }),
      (e) => {
        equal([e.status, e.error.message], [model === 'claude' && status === 422 ? 400 : status, 'as you wished']);
        if (model !== 'gemini') {
          equal(e.requestID, 'req_upstream');
        }
      },
    ));

    await test(`${model}: error ${status} of a stream`, () => rejects(
      type,
      () => client.chat.completions.create({ model, messages: user(`error ${status}`), stream: true }),
    ));
  }

  await test(`${model}: retries of the client, Retry-After honoured`, async () => {
    const retrying = new OpenAI({ ...options, maxRetries: 3 });
    const begin = Date.now();
    const r = await retrying.chat.completions.create({ model, messages: user(`flaky node-${model}`) });
    equal(r.choices[0].message.content, 'Hello there');
    if (Date.now() - begin < 1900) {
      throw new Error(`did not wait: ${Date.now() - begin} ms`);
    }
  });

  await test(`${model}: a stream that is cut`, () => rejects(
    OpenAI.APIError,
    async () => {
      const stream = await client.chat.completions.create({ model, messages: user('cut'), stream: true });
      for await (const _ of stream) { /* to its end */ }
    },
    (e) => equal(e.code, 'upstream_incomplete'),
  ));

  await test(`${model}: a client that leaves`, async () => {
    const stream = await client.chat.completions.create({ model, messages: user('Hi'), stream: true });
    for await (const _ of stream) { break; }
    stream.controller.abort();
  });
}

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
  equal(ids, ['gpt-4o', 'gpt-small', 'claude', 'gemini', 'gone', 'slow', 'rescue']);
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
