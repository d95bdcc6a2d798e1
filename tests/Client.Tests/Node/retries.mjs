// Asks a model that always fails, with the client's own default of retries, and says how it ended.
import OpenAI from "openai";

const [url, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: url, apiKey: "any" });
try {
  await client.chat.completions.create({ model, messages: [{ role: "user", content: "Who repeats this?" }] });
  console.log(200);
} catch (e) {
  console.log(e.status);
}
