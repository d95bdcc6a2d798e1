// Prints one JSON line: what the official client made of a plain and a streamed answer.
import OpenAI from 'openai';

const [baseURL, apiKey, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: question }];

const { data: plain, response } = await client.chat.completions.create({ model: 'auto', messages }).withResponse();
let streamed = '';
let usage = null;
for await (const chunk of await client.chat.completions.create({ model: 'auto', messages, stream: true, stream_options: { include_usage: true } })) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
const models = [];
for await (const model of client.models.list()) models.push(model.id);

const responded = await client.responses.create({ model: 'auto', input: question });
let respondedText = '';
let completed = null;
for await (const event of await client.responses.create({ model: 'auto', input: question, stream: true })) {
  if (event.type === 'response.output_text.delta') respondedText += event.delta;
  if (event.type === 'response.completed') completed = event.response;
}
const embedded = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 8 });

let status = 0;
try {
  await client.chat.completions.create({ model: 'auto', messages: [] });
} catch (error) {
  status = error.status;
}
console.log(JSON.stringify({
  text: plain.choices[0].message.content,
  cache: response.headers.get('x-orleansllm-cache'),
  streamed,
  usage,
  models,
  status,
  responded: responded.output_text,
  respondedText,
  respondedTokens: completed.usage.output_tokens,
  dimensions: embedded.data.map((e) => e.embedding.length),
}));
