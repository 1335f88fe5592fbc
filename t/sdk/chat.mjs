// What OpenAI's client does with any model, whichever provider is behind it.

import OpenAI from 'openai';
import { base, equal, key, person, png, rejects, test, weather } from './check.mjs';

export const options = { baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 };
export const client = new OpenAI(options);

export const user = (content) => [{ role: 'user', content }];
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'weather of a city', parameters: weather } }];

// a provider's habits: whether its ids of requests are seen, what becomes of
// 422, whether it fetches images itself

export async function chat(model, { requestId = true, unprocessable = 422, links = true } = {}) {
  await test(`${model}: chat`, async () => {
    const { data, response } = await client.chat.completions.create({ model, messages: user('Hi') }).withResponse();
    equal(data.choices[0].message.content, 'Hello there');
    equal(data.choices[0].finish_reason, 'stop');
    equal(data.object, 'chat.completion');
    equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    equal(data.usage.prompt_tokens_details.cached_tokens, 3);
    equal(typeof data._request_id, 'string');
    if (requestId) {
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
    for (const url of [`data:image/png;base64,${png}`, ...(links ? ['https://img.example.com/a.png'] : [])]) {
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
    [422, unprocessable === 400 ? OpenAI.BadRequestError : OpenAI.UnprocessableEntityError], [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError], [503, OpenAI.InternalServerError],
  ]) {
    await test(`${model}: error ${status}`, () => rejects(
      type,
      () => client.chat.completions.create({ model, messages: user(`error ${status}`) }),
      (e) => {
        equal([e.status, e.error.message], [status === 422 ? unprocessable : status, 'as you wished']);
        if (requestId) {
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
