// Prints one JSON line: what the official client made of plain, streamed, tool, failed and aborted messages.
import Anthropic from '@anthropic-ai/sdk';

const [baseURL, apiKey, question] = process.argv.slice(2);
const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const body = { model: 'claude-haiku-4-5', max_tokens: 400, messages: [{ role: 'user', content: question }] };

const { data: plain, response } = await client.messages.create(body).withResponse();
let streamed = '';
const stream = client.messages.stream(body).on('text', (text) => { streamed += text; });
const final = await stream.finalMessage();
const counted = await client.messages.countTokens({ model: body.model, messages: body.messages });

const tools = [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
const tool = await client.messages.stream({ model: 'claude-tools', max_tokens: 400, tools, messages: [{ role: 'user', content: 'What is the weather?' }] }).finalMessage();

async function failure(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return { name: error.constructor.name, status: error.status, type: error.error?.error?.type, requestId: error.requestID };
  }
}

const wrongKey = await failure(() => new Anthropic({ baseURL, apiKey: 'wrong', maxRetries: 0 }).messages.create(body));
const overloaded = await failure(() => client.messages.create({ ...body, model: body.model + '@status=529' }));
const unreadable = await failure(() => client.messages.create({ ...body, messages: [] }));
const aborted = await failure(async () => {
  const long = client.messages.stream({ ...body, model: body.model + '@stall-mid', messages: [{ role: 'user', content: question + ' Again?' }] });
  long.on('text', () => long.abort());
  setTimeout(() => long.abort(), 2000);
  await long.finalMessage();
});

console.log(JSON.stringify({
  text: plain.content[0].text, cache: response.headers.get('x-orleansllm-cache'), requestId: plain._request_id, stop: plain.stop_reason, usage: plain.usage,
  streamed, final: final.content[0].text, finalUsage: final.usage, counted: counted.input_tokens,
  tool: tool.content, toolStop: tool.stop_reason, wrongKey, overloaded, unreadable, aborted,
}));
