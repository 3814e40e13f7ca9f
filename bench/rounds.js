/**
 * Measures variants by turns, the one that begins changing each time, so that whatever else the machine does
 * meets all of them.
 *
 * @param measure gives the facts of one round of one variant, as an object of numbers
 * @returns `facts` by variant: the medians of each fact. `ratios` by variant other than `ours`: the medians of
 *   the gateway's facts over that variant's in each round
 */
export async function alternate(rounds, variants, measure) {
  const names = Object.keys(variants);
  const all = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      all[name].push(await measure(variants[name], name));
    }
  }
  const ratiosTo = (name) => all.ours.map((ours, round) => divided(ours, all[name][round]));
  const others = names.filter((name) => name !== 'ours');
  return {
    facts: Object.fromEntries(names.map((name) => [name, medians(all[name])])),
    ratios: Object.fromEntries(others.map((name) => [name, medians(ratiosTo(name))])),
  };
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

function divided(ours, other) {
  return Object.fromEntries(Object.keys(ours).map((name) => [name, ours[name] / other[name]]));
}
