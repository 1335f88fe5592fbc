// Google's client for Node against the gateway.

import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai';
import { base, equal, key, person, png, rejects, smallKey, test, weather } from './check.mjs';

const options = { apiKey: key, httpOptions: { baseUrl: base } };
const ai = new GoogleGenAI(options);

const tools = [{
  functionDeclarations: [{
    name: 'get_weather', description: 'weather of a city',
    parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
  }],
}];

for (const model of ['gpt-4o', 'claude', 'gemini']) {
  await test(`${model}: content`, async () => {
    const r = await ai.models.generateContent({
      model, contents: 'Hi', config: { systemInstruction: 'Be brief.', temperature: 0.5, maxOutputTokens: 100, stopSequences: ['x'] },
    });
    equal(r.text, 'Hello there');
    equal([r.candidates.length, r.candidates[0].finishReason, r.candidates[0].content.role], [1, 'STOP', 'model']);
    equal([r.usageMetadata.candidatesTokenCount, r.usageMetadata.cachedContentTokenCount], [7, 3]);
    equal(r.usageMetadata.totalTokenCount, r.usageMetadata.promptTokenCount + 7);
    equal(typeof r.responseId, 'string');
  });

  await test(`${model}: stream`, async () => {
    const stream = await ai.models.generateContentStream({ model, contents: 'Hi', config: { maxOutputTokens: 100 } });
    let text = '';
    let last;
    for await (const chunk of stream) {
      text += chunk.text ?? '';
      last = chunk;
      equal(chunk.candidates[0].content === undefined && model !== 'gemini', false);
    }
    equal([text, last.candidates[0].finishReason, last.usageMetadata.candidatesTokenCount], ['Hello there', 'STOP', 7]);
  });

  await test(`${model}: chat keeps its turns`, async () => {
    const chat = ai.chats.create({ model, config: { maxOutputTokens: 100 } });
    equal((await chat.sendMessage({ message: 'Hi' })).text, 'Hello there');
    let text = '';
    for await (const chunk of await chat.sendMessageStream({ message: 'Hi again' })) {
      text += chunk.text ?? '';
    }
    equal(text, 'Hello there');
    if (model !== 'gemini') {
      equal(chat.getHistory(true).filter((c) => c.role === 'user').length, 2);
      equal(chat.getHistory(true).filter((c) => c.role === 'model').length >= 2, true);
    }
  });

  await test(`${model}: tools round trip`, async () => {
    const contents = [{ role: 'user', parts: [{ text: 'the weather?' }] }];
    const config = { tools, maxOutputTokens: 100 };
    const first = await ai.models.generateContent({ model, contents, config });
    equal(first.functionCalls.map((c) => [c.name, c.args]), [['get_weather', { city: 'Paris' }]]);
    contents.push(first.candidates[0].content);
    contents.push({ role: 'user', parts: [{ functionResponse: { id: first.functionCalls[0].id, name: 'get_weather', response: { output: '21' } } }] });
    const second = await ai.models.generateContent({ model, contents, config });
    equal(second.text, 'It is 21 degrees.');
  });

  await test(`${model}: results without ids`, async () => {
    const contents = [{ role: 'user', parts: [{ text: 'two tools' }] }];
    const config = { tools, maxOutputTokens: 100 };
    const first = await ai.models.generateContent({ model, contents, config });
    equal(first.functionCalls.map((c) => c.args.city), ['Paris', 'Rome']);
    contents.push({ role: 'model', parts: first.functionCalls.map(({ name, args }) => ({ functionCall: { name, args } })) });
    contents.push({ role: 'user', parts: [1, 2].map((n) => ({ functionResponse: { name: 'get_weather', response: { n } } })) });
    equal((await ai.models.generateContent({ model, contents, config })).text, 'It is 21 degrees.');
  });

  await test(`${model}: stream of calls`, async () => {
    const stream = await ai.models.generateContentStream({
      model, contents: 'two tools', config: { tools, maxOutputTokens: 100, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } } },
    });
    const cities = [];
    for await (const chunk of stream) {
      for (const call of chunk.functionCalls ?? []) {
        cities.push(call.args.city);
      }
    }
    equal(cities, ['Paris', 'Rome']);
  });

  await test(`${model}: schema of JSON's form as parameters`, async () => {
    const r = await ai.models.generateContent({
      model, contents: 'the weather?',
      config: { maxOutputTokens: 100, tools: [{ functionDeclarations: [{ name: 'get_weather', description: 'w', parametersJsonSchema: weather }] }] },
    });
    equal(r.functionCalls[0].args, { city: 'Paris' });
  });

  await test(`${model}: JSON schema`, async () => {
    const r = await ai.models.generateContent({
      model, contents: 'json please',
      config: { maxOutputTokens: 100, responseMimeType: 'application/json', responseJsonSchema: person },
    });
    equal(JSON.parse(r.text), { name: 'Ada', age: 36 });
  });

  await test(`${model}: vision`, async () => {
    const r = await ai.models.generateContent({
      model, config: { maxOutputTokens: 100 },
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: png } }, { text: 'an image' }] }],
    });
    equal(r.text, 'I see 1 image.');
  });

  await test(`${model}: tokens counted`, async () => {
    const r = await ai.models.countTokens({ model, contents: '12345678' });
    equal(model === 'gpt-4o' ? r.totalTokens > 1 && r.totalTokens < 100 : r.totalTokens === 5, true);
  });

  for (const status of [400, 401, 403, 404, 429, 500, 503]) {
    await test(`${model}: error ${status}`, () => rejects(
      ApiError,
      () => ai.models.generateContent({ model, contents: `error ${status}`, config: { maxOutputTokens: 100 } }),
      (e) => {
        equal(e.status, status);
        equal(JSON.parse(e.message).error.message, 'as you wished');
      },
    ));

    await test(`${model}: error ${status} of a stream`, () => rejects(
      ApiError,
      () => ai.models.generateContentStream({ model, contents: `error ${status}`, config: { maxOutputTokens: 100 } }),
      (e) => equal(e.status, status),
    ));
  }

  await test(`${model}: a stream that is cut`, () => rejects(
    ApiError,
    async () => {
      const stream = await ai.models.generateContentStream({ model, contents: 'cut', config: { maxOutputTokens: 100 } });
      for await (const _ of stream) { /* to its end */ }
    },
    (e) => equal(e.status, 502),
  ));
}

await test('embeddings', async () => {
  for (const model of ['gpt-4o', 'gemini']) {
    const r = await ai.models.embedContent({ model, contents: ['Hi'] });
    equal(r.embeddings.map((e) => e.values), [[0.5, -0.25, 1]]);
  }
});

await test('models', async () => {
  const names = [];
  for await (const m of await ai.models.list()) {
    names.push(m.name);
  }
  equal(names.includes('models/claude'), true);
  equal((await ai.models.get({ model: 'claude' })).name, 'models/claude');
});

await test('wrong key', () => rejects(
  ApiError,
  () => new GoogleGenAI({ ...options, apiKey: 'wrong' }).models.generateContent({ model: 'claude', contents: 'Hi' }),
  (e) => equal([e.status, JSON.parse(e.message).error.status], [401, 'UNAUTHENTICATED']),
));

await test('model not allowed', () => rejects(
  ApiError,
  () => new GoogleGenAI({ ...options, apiKey: smallKey }).models.generateContent({ model: 'claude', contents: 'Hi' }),
  (e) => equal([e.status, JSON.parse(e.message).error.status], [403, 'PERMISSION_DENIED']),
));

await test('unknown model', () => rejects(
  ApiError,
  () => ai.models.generateContent({ model: 'nope', contents: 'Hi' }),
  (e) => equal(e.status, 404),
));

await test('fallback', async () => {
  equal((await ai.models.generateContent({ model: 'rescue', contents: 'Hi' })).text, 'Hello there');
});

// a key in any header that such clients know

for (const header of ['x-goog-api-key', 'x-api-key', 'api-key', 'authorization']) {
  await test(`a virtual key as ${header}`, async () => {
    for (const [path, body] of [
      ['/v1beta/models/gpt-small:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
      ['/v1/messages', { model: 'gpt-small', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
      ['/v1/chat/completions', { model: 'gpt-small', messages: [{ role: 'user', content: 'Hi' }] }],
    ]) {
      const ask = (value) => fetch(base + path, {
        method: 'POST', body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', [header]: (header === 'authorization' ? 'Bearer ' : '') + value },
      });
      const r = await ask(smallKey);
      equal([path, r.status, (await r.text()).includes('Hello there')], [path, 200, true]);
      equal([path, (await ask('sk-wrong')).status], [path, 401]);
    }
  });
}

console.log('done');
