/** Commits that ask not to be deployed. Amplify's marker counts at the end of the message only, that of other CI systems anywhere. */
const SKIP_MARKERS: [marker: RegExp, reason: string][] = [
  [/\[skip-cd\]\s*$/, 'the commit message ends with [skip-cd]'],
  [/\[(skip ci|ci skip)\]/i, 'the commit message has [skip ci]'],
];

export const skipReason = (message: string) => SKIP_MARKERS.find(([marker]) => marker.test(message))?.[1];
