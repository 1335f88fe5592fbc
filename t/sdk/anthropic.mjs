// Anthropic's client for Node against the gateway.

import Anthropic from '@anthropic-ai/sdk';
import { base, equal, key, png, rejects, smallKey, test, weather } from './check.mjs';

const options = { baseURL: base, apiKey: key, maxRetries: 0 };
const client = new Anthropic(options);

const user = (content) => [{ role: 'user', content }];
const tools = [{ name: 'get_weather', description: 'weather of a city', input_schema: weather }];

for (const model of ['gpt-4o', 'claude', 'gemini']) {
  await test(`${model}: message`, async () => {
    const r = await client.messages.create({ model, max_tokens: 100, messages: user('Hi') });
    equal(r.content, [{ type: 'text', text: 'Hello there' }]);
    equal([r.type, r.role, r.stop_reason], ['message', 'assistant', 'end_turn']);
    equal(r.usage.output_tokens, 7);
    equal(r.usage.cache_read_input_tokens, 3);
    equal(typeof r._request_id, 'string');
    if (model !== 'gemini') {
      equal(r._request_id, 'req_upstream');
    }
  });

  await test(`${model}: system prompt, blocks, parameters`, async () => {
    const r = await client.messages.create({
      model, max_tokens: 100, system: [{ type: 'text', text: 'Be brief.' }],
      messages: [...user([{ type: 'text', text: 'Hi' }]), { role: 'assistant', content: 'Yes?' }, ...user('Hi')],
      stop_sequences: ['x'], metadata: { user_id: 'u' }, temperature: 0.5,
    });
    equal(r.content[0].text, 'Hello there');
  });

  await test(`${model}: stream`, async () => {
    const stream = await client.messages.create({ model, max_tokens: 100, messages: user('Hi'), stream: true });
    const types = [];
    let text = '';
    for await (const event of stream) {
      types.push(event.type);
      text += event.delta?.text ?? '';
    }
    equal(text, 'Hello there');
    equal([types[0], types.at(-2), types.at(-1)], ['message_start', 'message_delta', 'message_stop']);
  });

  await test(`${model}: stream helper`, async () => {
    const final = await client.messages.stream({ model, max_tokens: 100, messages: user('Hi') }).finalMessage();
    equal([final.content[0].text, final.stop_reason, final.usage.output_tokens], ['Hello there', 'end_turn', 7]);
  });

  await test(`${model}: tools round trip`, async () => {
    const messages = user('the weather?');
    const first = await client.messages.create({ model, max_tokens: 100, messages, tools });
    const use = first.content.find((b) => b.type === 'tool_use');
    equal([first.stop_reason, use.name, use.input], ['tool_use', 'get_weather', { city: 'Paris' }]);
    messages.push({ role: 'assistant', content: first.content });
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '21' }] });
    const second = await client.messages.create({ model, max_tokens: 100, messages, tools });
    equal(second.content[0].text, 'It is 21 degrees.');
  });

  await test(`${model}: stream of tool calls`, async () => {
    const final = await client.messages.stream({ model, max_tokens: 100, messages: user('two tools'), tools }).finalMessage();
    equal(final.content.filter((b) => b.type === 'tool_use').map((b) => b.input.city), ['Paris', 'Rome']);
  });

  await test(`${model}: vision`, async () => {
    const r = await client.messages.create({
      model, max_tokens: 100,
      messages: user([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }, { type: 'text', text: 'an image' }]),
    });
    equal(r.content[0].text, 'I see 1 image.');
  });

  await test(`${model}: tokens counted`, async () => {
    const r = await client.messages.countTokens({ model, system: 'S', messages: user('12345678'), tools });
    // the provider's own number, or an estimate
    equal(model === 'gpt-4o' ? r.input_tokens > 5 && r.input_tokens < 100 : r.input_tokens === 5, true);
  });

  for (const [status, type] of [
    [400, Anthropic.BadRequestError], [401, Anthropic.AuthenticationError],
    [403, Anthropic.PermissionDeniedError], [404, Anthropic.NotFoundError],
    [429, Anthropic.RateLimitError], [500, Anthropic.InternalServerError],
  ]) {
    await test(`${model}: error ${status}`, () => rejects(
      type,
      () => client.messages.create({ model, max_tokens: 100, messages: user(`error ${status}`) }),
      (e) => {
        equal(e.status, status);
        equal([e.error.type, e.error.error.message], ['error', 'as you wished']);
      },
    ));
  }

  await test(`${model}: retries of the client, Retry-After honoured`, async () => {
    const retrying = new Anthropic({ ...options, maxRetries: 3 });
    const begin = Date.now();
    const r = await retrying.messages.create({ model, max_tokens: 100, messages: user(`flaky anthropic-node-${model}`) });
    equal(r.content[0].text, 'Hello there');
    if (Date.now() - begin < 1900) {
      throw new Error(`did not wait: ${Date.now() - begin} ms`);
    }
  });

  await test(`${model}: a stream that is cut`, () => rejects(
    Anthropic.APIError,
    async () => {
      const stream = await client.messages.create({ model, max_tokens: 100, messages: user('cut'), stream: true });
      for await (const _ of stream) { /* to its end */ }
    },
  ));
}

await test('wrong key', () => rejects(
  Anthropic.AuthenticationError,
  () => new Anthropic({ ...options, apiKey: 'sk-wrong' }).messages.create({ model: 'claude', max_tokens: 1, messages: user('Hi') }),
  (e) => equal(e.error.error.type, 'authentication_error'),
));

await test('key as a bearer token', async () => {
  const r = await new Anthropic({ ...options, apiKey: null, authToken: key }).messages.create({ model: 'claude', max_tokens: 1, messages: user('Hi') });
  equal(r.content[0].text, 'Hello there');
});

await test('model not allowed', () => rejects(
  Anthropic.PermissionDeniedError,
  () => new Anthropic({ ...options, apiKey: smallKey }).messages.create({ model: 'claude', max_tokens: 1, messages: user('Hi') }),
));

await test('unknown model', () => rejects(
  Anthropic.NotFoundError,
  () => client.messages.create({ model: 'nope', max_tokens: 1, messages: user('Hi') }),
  (e) => equal(e.error.error.type, 'not_found_error'),
));

await test('no max_tokens', () => rejects(
  Anthropic.BadRequestError,
  () => client.messages.create({ model: 'gpt-4o', messages: user('Hi') }),
));

await test('nobody listens', () => rejects(
  Anthropic.InternalServerError,
  () => client.messages.create({ model: 'gone', max_tokens: 1, messages: user('Hi') }),
));

await test('fallback', async () => {
  const r = await client.messages.create({ model: 'rescue', max_tokens: 1, messages: user('Hi') });
  equal(r.content[0].text, 'Hello there');
});

console.log('done');
