// Of a site that everybody may see.
// biome-ignore lint/correctness/noUnusedVariables: the handlers call it.
function refuse() {
  return undefined;
}
