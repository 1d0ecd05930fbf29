/** One function, no services around it: what is measured is how its process starts and renders. */
export default {
  default: {
    override: { incrementalCache: 'dummy', tagCache: 'dummy', queue: 'dummy' },
  },
};
