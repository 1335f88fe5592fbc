// Loops of tool calls by Vercel's AI SDK, in front of every provider's format.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { base, equal, key, test, weather } from './check.mjs';

const gateway = createOpenAICompatible({ name: 'gateway', baseURL: `${base}/v1`, apiKey: key, includeUsage: true });

const models = ['gpt-4o', 'claude', 'gemini', 'azure', 'azure-dated', 'huggingface', 'vertex', 'cohere', 'bedrock'];

for (const model of models) {
  const asked = [];
  const options = (prompt) => ({
    model: gateway(model),
    maxRetries: 0,
    stopWhen: stepCountIs(5),
    prompt,
    tools: {
      get_weather: tool({
        description: 'weather of a city',
        inputSchema: jsonSchema(weather),
        execute: async ({ city }) => { asked.push(city); return { degrees: 21 }; },
      }),
    },
  });

  await test(`${model}: a loop of one call`, async () => {
    asked.length = 0;
    const r = await generateText(options('the weather?'));
    equal([r.text, asked, r.steps.length, r.finishReason], ['It is 21 degrees.', ['Paris'], 2, 'stop']);
    equal([r.steps[0].finishReason, r.steps[1].usage.outputTokens], ['tool-calls', 7]);
  });

  await test(`${model}: a loop of two calls at once, streamed`, async () => {
    asked.length = 0;
    const r = streamText(options('two tools'));
    let text = '';
    for await (const piece of r.textStream) {
      text += piece;
    }
    equal([text, asked, (await r.steps).length], ['It is 21 degrees.', ['Paris', 'Rome'], 2]);
    // what the service counts beside the prompt is part of it here: cached tokens
    equal((await r.steps)[1].usage.inputTokens, model === 'claude' ? 14 : 11);
  });
}

console.log('done');
