/**
 * Measures floor and gateway by turns, the one that begins changing each time, so that whatever else the
 * machine does meets both.
 *
 * @param measure gives the facts of one round of one variant, as an object of numbers
 * @returns `floor`, `ours` and, as gateway over floor in each round, `ratio`: the medians of each fact
 */
export async function alternate(rounds, variants, measure) {
  const facts = { floor: [], ours: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['floor', 'ours'] : ['ours', 'floor'];
    for (const name of order) facts[name].push(await measure(variants[name], name));
  }
  const ratios = facts.ours.map((ours, round) => divided(ours, facts.floor[round]));
  return { floor: medians(facts.floor), ours: medians(facts.ours), ratio: medians(ratios) };
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function medians(facts) {
  const names = Object.keys(facts[0]);
  return Object.fromEntries(names.map((name) => [name, median(facts.map((each) => each[name]))]));
}

function divided(ours, floor) {
  return Object.fromEntries(Object.keys(ours).map((name) => [name, ours[name] / floor[name]]));
}
