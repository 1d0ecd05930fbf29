/** The slowest first, so that none of them is left alone at the end: jest knows no durations in a fresh clone, and goes by size. */
import Sequencer from '@jest/test-sequencer';

/** Slower than their size tells. */
const SLOWEST = ['faults/sample', 'journeys/package-managers', 'journeys/kill', 'journeys/static-and-back', 'browser/'];

const rank = ({ path }) => {
  const index = SLOWEST.findIndex((part) => path.includes(`/test/${part}`));
  return index === -1 ? SLOWEST.length : index;
};

export default class SlowestFirst extends Sequencer {
  async sort(tests) {
    const bySize = await super.sort(tests);
    return bySize.toSorted((a, b) => rank(a) - rank(b));
  }
}
