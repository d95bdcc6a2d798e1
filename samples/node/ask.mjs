// Asks the gateway, asks again as a stream, and prints what it did each time: node ask.mjs ["QUESTION"]
import OpenAI from 'openai';

const question = process.argv[2] ?? 'What is the capital of France?';
const client = new OpenAI({
  baseURL: process.env.ORLEANSLLM_ENDPOINT ?? 'http://127.0.0.1:8080/v1',
  apiKey: process.env.ORLEANSLLM_API_KEY ?? 'any',
  // The gateway repeats failed calls itself.
  maxRetries: 0,
});
const request = { model: 'gpt-4o', messages: [{ role: 'user', content: question }] };

function printHeaders(response) {
  for (const [name, value] of response.headers) {
    if (name.startsWith('x-orleansllm-')) console.log(`${name}: ${value}`);
  }
}

console.log('== plain');
const plain = await client.chat.completions.create(request).withResponse();
console.log(plain.data.choices[0].message.content);
printHeaders(plain.response);

console.log('== streamed');
const streamed = await client.chat.completions.create({ ...request, stream: true }).withResponse();
for await (const chunk of streamed.data) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
console.log();
printHeaders(streamed.response);
