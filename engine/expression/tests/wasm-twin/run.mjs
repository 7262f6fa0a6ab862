// node run.mjs MODULE.wasm REQUEST.json ANSWER.txt: hands a request to the twin and keeps what it answers.
import { readFileSync, writeFileSync } from "node:fs";

const [module, request, answer] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const twin = instance.exports;
const bytes = readFileSync(request);
const at = twin.request_room(bytes.length);
new Uint8Array(twin.memory.buffer).set(bytes, at);
const length = twin.answer();
// The memory may have grown meanwhile: look at it anew.
writeFileSync(answer, new Uint8Array(twin.memory.buffer, twin.answer_at(), length));
