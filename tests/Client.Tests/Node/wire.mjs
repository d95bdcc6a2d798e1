// Prints one JSON line: for each client and feature true, or what went wrong. The provider answers with the recording that a prompt names.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateObject, generateText, streamText, tool } from 'ai';
import { z } from 'zod';

globalThis.AI_SDK_LOG_WARNINGS = false;
const [baseURL, apiKey] = process.argv.slice(2);
const results = {};
let run = 0;

// Distinct prompts, so that no answer comes from the cache.
const ask = (recording) => `(recording: ${recording}) What is the fee? ${++run}`;
const user = (recording) => [{ role: 'user', content: ask(recording) }];
const picture = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function probe(client, feature, test) {
  results[client] ??= {};
  try {
    await test();
    results[client][feature] = true;
  } catch (error) {
    results[client][feature] = String(error?.stack ?? error).slice(0, 600);
  }
}

{
  const name = 'openai';
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const model = 'gpt-4o';
  const parameters = { type: 'object', properties: { product: { type: 'string' } }, required: ['product'], additionalProperties: false };
  const tools = [{ type: 'function', function: { name: 'get_fee', parameters } }];
  await probe(name, 'plain', async () => {
    const answer = await client.chat.completions.create({ model, messages: user('chat/text') });
    assert.equal(answer.choices[0].message.content, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal(answer.usage.total_tokens, 33);
    assert.equal(answer.service_tier, 'default');
    assert.match(answer._request_id, /^req_/);
  });
  await probe(name, 'streamed', async () => {
    let text = '';
    let usage;
    for await (const chunk of await client.chat.completions.create({ model, messages: user('chat/text'), stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal(usage.total_tokens, 33);
    for await (const chunk of await client.chat.completions.create({ model, messages: user('chat/text'), stream: true })) assert.ok(!chunk.usage);
  });
  await probe(name, 'parallel tools', async () => {
    const plain = await client.chat.completions.create({ model, messages: user('chat/tools-parallel'), tools });
    const calls = await client.chat.completions.stream({ model, messages: user('chat/tools-parallel'), tools }).finalMessage();
    for (const message of [plain.choices[0].message, calls]) {
      assert.deepEqual(message.tool_calls.map((c) => [c.id, c.function.name, JSON.parse(c.function.arguments).product]), [['call_A1', 'get_fee', 'card'], ['call_B2', 'get_fee', 'loan']]);
    }
  });
  await probe(name, 'json_schema', async () => {
    const response_format = { type: 'json_schema', json_schema: { name: 'fee', strict: true, schema: { type: 'object', properties: {} } } };
    const answer = await client.chat.completions.parse({ model, messages: user('chat/json-schema'), response_format });
    assert.deepEqual(answer.choices[0].message.parsed ?? JSON.parse(answer.choices[0].message.content), { amount: 5, currency: 'EUR' });
  });
  await probe(name, 'vision', async () => {
    const content = [{ type: 'text', text: ask('chat/parts') }, { type: 'image_url', image_url: { url: picture } }];
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'user', content }] });
    assert.match(answer.choices[0].message.content, /A dot/);
  });
  await probe(name, 'n=2', async () => {
    const answer = await client.chat.completions.create({ model, n: 2, messages: user('chat/choices') });
    assert.deepEqual(answer.choices.map((c) => c.message.content), ['Five.', '5 euros.']);
    const texts = ['', ''];
    for await (const chunk of await client.chat.completions.create({ model, n: 2, messages: user('chat/choices'), stream: true })) {
      for (const c of chunk.choices) texts[c.index] += c.delta.content ?? '';
    }
    assert.deepEqual(texts, ['Five.', '5 euros.']);
  });
  await probe(name, 'logprobs', async () => {
    const answer = await client.chat.completions.create({ model, logprobs: true, top_logprobs: 2, messages: user('chat/logprobs') });
    assert.equal(answer.choices[0].logprobs.content[0].top_logprobs[1].logprob, -6.25);
  });
  await probe(name, 'embeddings (base64)', async () => {
    // The client asks for base64 by itself.
    const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input: [ask('embeddings/base64')] });
    assert.deepEqual([...answer.data[0].embedding], [-0.5, 0.25, 0.125, 1]);
  });
  await probe(name, 'responses', async () => {
    const answer = await client.responses.create({ model, input: ask('responses/text') });
    assert.equal(answer.output_text, 'The fee is 5 €. 😀');
    const tooled = await client.responses.create({ model, input: ask('responses/tools-parallel'), tools: [{ type: 'function', name: 'get_fee', parameters, strict: true }] });
    assert.deepEqual(tooled.output.map((o) => [o.call_id, o.name]), [['call_A1', 'get_fee'], ['call_B2', 'get_fee']]);
  });
  await probe(name, 'responses streamed', async () => {
    const final = await client.responses.stream({ model, input: ask('responses/reasoning') }).finalResponse();
    assert.equal(final.output_text, 'Five.');
    assert.equal(final.usage.output_tokens_details.reasoning_tokens, 256);
  });
  await probe(name, 'completions', async () => {
    const answer = await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: ask('completions/text') });
    assert.equal(answer.choices[0].text, ' five €.\n');
    let text = '';
    for await (const chunk of await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: ask('completions/text'), stream: true })) text += chunk.choices[0]?.text ?? '';
    assert.equal(text, ' five €.\n');
  });
  await probe(name, 'models', async () => {
    assert.equal((await client.models.retrieve('gpt-4o')).id, 'gpt-4o');
    await assert.rejects(client.models.retrieve('no-such-model'), OpenAI.NotFoundError);
  });
  await probe(name, 'errors', async () => {
    const classes = {
      400: OpenAI.BadRequestError, 404: OpenAI.NotFoundError, 409: OpenAI.ConflictError,
      422: OpenAI.UnprocessableEntityError, 429: OpenAI.RateLimitError, 500: OpenAI.InternalServerError, 503: OpenAI.InternalServerError,
    };
    for (const [status, type] of Object.entries(classes)) {
      for (const stream of [false, true]) {
        const error = await client.chat.completions.create({ model, messages: user(`chat/error-${status}`), stream }).then(() => null, (e) => e);
        assert.ok(error instanceof type, `${status}: ${error}`);
        assert.equal(error.status, Number(status));
        assert.ok(error.error.message);
      }
    }
    await assert.rejects(async () => {
      for await (const _ of await client.chat.completions.create({ model, messages: user('chat/error-in-mid-stream'), stream: true }));
    }, /had an error/);
  });
  await probe(name, 'retries', async () => {
    const patient = new OpenAI({ baseURL, apiKey, maxRetries: 2 });
    const { response } = await patient.chat.completions.create({ model, messages: user('chat/text') , user: `flaky-${name}` }).withResponse();
    assert.equal(response.status, 200);
  });
  await probe(name, 'abort', async () => {
    const controller = new AbortController();
    const stream = await client.chat.completions.create({ model, messages: user('chat/text'), user: 'slow', stream: true }, { signal: controller.signal });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 1) controller.abort();
    assert.ok(chunks < 3);
  });
}

{
  const name = 'LangChain.js';
  const make = (more = {}) => new ChatOpenAI({ model: 'gpt-4o', apiKey, configuration: { baseURL }, maxRetries: 0, ...more });
  await probe(name, 'plain', async () => {
    const answer = await make().invoke(ask('chat/text'));
    assert.equal(answer.content, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal(answer.usage_metadata.total_tokens, 33);
  });
  await probe(name, 'streamed', async () => {
    let text = '';
    let usage;
    for await (const chunk of await make({ streamUsage: true }).stream(ask('chat/text'))) {
      text += chunk.content;
      usage = chunk.usage_metadata ?? usage;
    }
    assert.equal(text, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal(usage.total_tokens, 33);
  });
  const tools = [{ type: 'function', function: { name: 'get_fee', description: 'The fee', parameters: { type: 'object', properties: { product: { type: 'string' } } } } }];
  await probe(name, 'parallel tools', async () => {
    const expected = [['call_A1', 'get_fee', 'card'], ['call_B2', 'get_fee', 'loan']];
    const of = (message) => message.tool_calls.map((c) => [c.id, c.name, c.args.product]);
    assert.deepEqual(of(await make().bindTools(tools).invoke(ask('chat/tools-parallel'))), expected);
    let whole;
    for await (const chunk of await make().bindTools(tools).stream(ask('chat/tools-parallel'))) whole = whole ? whole.concat(chunk) : chunk;
    assert.deepEqual(of(whole), expected);
  });
  await probe(name, 'json_schema', async () => {
    const model = make().withStructuredOutput(z.object({ amount: z.number(), currency: z.string() }), { method: 'jsonSchema', name: 'fee' });
    assert.deepEqual(await model.invoke(ask('chat/json-schema')), { amount: 5, currency: 'EUR' });
  });
  await probe(name, 'vision', async () => {
    const answer = await make().invoke([{ role: 'user', content: [{ type: 'text', text: ask('chat/parts') }, { type: 'image_url', image_url: { url: picture } }] }]);
    assert.match(answer.content, /A dot/);
  });
  await probe(name, 'n=2', async () => {
    const answer = await make({ n: 2 }).generate([user('chat/choices')]);
    assert.deepEqual(answer.generations[0].map((g) => g.text), ['Five.', '5 euros.']);
  });
  await probe(name, 'logprobs', async () => {
    const answer = await make({ logprobs: true, topLogprobs: 2 }).invoke(ask('chat/logprobs'));
    assert.equal(answer.response_metadata.logprobs.content[0].top_logprobs[1].logprob, -6.25);
  });
  await probe(name, 'embeddings (base64)', async () => {
    const vectors = await new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey, configuration: { baseURL }, maxRetries: 0 }).embedDocuments([ask('embeddings/base64'), 'b']);
    assert.deepEqual([...vectors[0]], [-0.5, 0.25, 0.125, 1]);
  });
  await probe(name, 'responses', async () => {
    assert.equal((await make({ useResponsesApi: true }).invoke(ask('responses/text'))).text, 'The fee is 5 €. 😀');
    const message = await make({ useResponsesApi: true }).bindTools(tools).invoke(ask('responses/tools-parallel'));
    assert.deepEqual(message.tool_calls.map((c) => [c.id, c.name]), [['call_A1', 'get_fee'], ['call_B2', 'get_fee']]);
  });
  await probe(name, 'responses streamed', async () => {
    let text = '';
    for await (const chunk of await make({ useResponsesApi: true }).stream(ask('responses/text'))) text += chunk.text;
    assert.equal(text, 'The fee is 5 €. 😀');
  });
  await probe(name, 'errors', async () => {
    for (const status of [400, 404, 429, 500]) {
      const error = await make().invoke(ask(`chat/error-${status}`)).then(() => null, (e) => e);
      assert.equal(error?.status, status);
    }
  });
  await probe(name, 'retries', async () => {
    const answer = await make({ maxRetries: 2, user: 'flaky-langchain' }).invoke(ask('chat/text'));
    assert.ok(answer.content);
  });
  await probe(name, 'abort', async () => {
    const controller = new AbortController();
    let chunks = 0;
    const error = await (async () => {
      for await (const _ of await make({ user: 'slow' }).stream(ask('chat/text'), { signal: controller.signal })) if (++chunks === 1) controller.abort();
    })().then(() => null, (e) => e);
    assert.ok(error && chunks < 3, `${error} ${chunks}`);
  });
}

{
  const name = 'Vercel AI SDK';
  const openai = createOpenAI({ baseURL, apiKey });
  const maxRetries = 0;
  const options = (more) => ({ providerOptions: { openai: { user: more } } });
  await probe(name, 'plain', async () => {
    const answer = await generateText({ model: openai.chat('gpt-4o'), prompt: ask('chat/text'), maxRetries });
    assert.equal(answer.text, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal(answer.usage.totalTokens, 33);
  });
  await probe(name, 'streamed', async () => {
    const answer = streamText({ model: openai.chat('gpt-4o'), prompt: ask('chat/text'), maxRetries });
    let text = '';
    for await (const piece of answer.textStream) text += piece;
    assert.equal(text, 'The fee is 5 €.\n— see “Fees” 😀');
    assert.equal((await answer.usage).totalTokens, 33);
  });
  const tools = { get_fee: tool({ description: 'The fee', inputSchema: z.object({ product: z.string() }) }) };
  const of = (calls) => calls.map((c) => [c.toolCallId, c.toolName, c.input.product]);
  const expected = [['call_A1', 'get_fee', 'card'], ['call_B2', 'get_fee', 'loan']];
  await probe(name, 'parallel tools', async () => {
    assert.deepEqual(of((await generateText({ model: openai.chat('gpt-4o'), prompt: ask('chat/tools-parallel'), tools, maxRetries })).toolCalls), expected);
    assert.deepEqual(of(await streamText({ model: openai.chat('gpt-4o'), prompt: ask('chat/tools-parallel'), tools, maxRetries }).toolCalls), expected);
  });
  const schema = z.object({ amount: z.number(), currency: z.string() });
  await probe(name, 'json_schema', async () => {
    assert.deepEqual((await generateObject({ model: openai.chat('gpt-4o'), prompt: ask('chat/json-schema'), schema, maxRetries })).object, { amount: 5, currency: 'EUR' });
  });
  await probe(name, 'vision', async () => {
    const content = [{ type: 'text', text: ask('chat/parts') }, { type: 'image', image: picture }];
    assert.match((await generateText({ model: openai.chat('gpt-4o'), messages: [{ role: 'user', content }], maxRetries })).text, /A dot/);
  });
  await probe(name, 'logprobs', async () => {
    const answer = await generateText({ model: openai.chat('gpt-4o'), prompt: ask('chat/logprobs'), maxRetries, providerOptions: { openai: { logprobs: 2 } } });
    assert.equal(answer.providerMetadata.openai.logprobs[0].top_logprobs[1].logprob, -6.25);
  });
  await probe(name, 'embeddings (float)', async () => {
    const answer = await embedMany({ model: openai.embedding('text-embedding-3-small'), values: [ask('embeddings/float'), 'b'], maxRetries });
    assert.equal(answer.embeddings[0][2], 4.547132266452536e-5);
  });
  await probe(name, 'responses', async () => {
    assert.equal((await generateText({ model: openai.responses('gpt-4o'), prompt: ask('responses/text'), maxRetries })).text, 'The fee is 5 €. 😀');
    assert.deepEqual(of((await generateText({ model: openai.responses('gpt-4o'), prompt: ask('responses/tools-parallel'), tools, maxRetries })).toolCalls), expected);
  });
  await probe(name, 'responses streamed', async () => {
    const answer = streamText({ model: openai.responses('gpt-4o'), prompt: ask('responses/reasoning'), maxRetries });
    assert.equal(await answer.text, 'Five.');
    assert.match(await answer.reasoningText, /Looking up/);
  });
  await probe(name, 'completions', async () => {
    const answer = await generateText({ model: openai.completion('gpt-3.5-turbo-instruct'), prompt: ask('completions/text'), maxRetries });
    assert.equal(answer.text, ' five €.\n');
  });
  await probe(name, 'errors', async () => {
    for (const status of [400, 404, 429, 500]) {
      const error = await generateText({ model: openai.chat('gpt-4o'), prompt: ask(`chat/error-${status}`), maxRetries }).then(() => null, (e) => e);
      assert.equal(error?.statusCode, status);
      assert.ok(error.data.error.message);
    }
  });
  await probe(name, 'retries', async () => {
    const answer = await generateText({ model: openai.chat('gpt-4o'), prompt: ask('chat/text'), maxRetries: 2, ...options('flaky-ai-sdk') });
    assert.ok(answer.text);
  });
  await probe(name, 'abort', async () => {
    const controller = new AbortController();
    const answer = streamText({ model: openai.chat('gpt-4o'), prompt: ask('chat/text'), maxRetries, abortSignal: controller.signal, ...options('slow') });
    let chunks = 0;
    try {
      for await (const _ of answer.textStream) if (++chunks === 1) controller.abort();
    } catch (error) {
      assert.equal(error.name, 'AbortError');
    }
    assert.ok(chunks < 3);
  });
}

console.log(JSON.stringify(results));
