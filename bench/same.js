import { answerOf } from './page-load.js';

/** The answer that all variants give to a question, to the byte. */
export async function sameAnswer(variants, question) {
  const one = await answerOf(variants.floor, question);
  for (const [name, server] of Object.entries(variants)) {
    const other = await answerOf(server, question);
    if (one === other) continue;
    const from = [...one].findIndex((character, index) => character !== other[index]);
    const shown = (text) => JSON.stringify(text.slice(Math.max(0, from - 20), from + 80));
    throw new Error(`the answers differ: floor ${shown(one)}, ${name} ${shown(other)}`);
  }
  return one;
}
