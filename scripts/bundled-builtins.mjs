/**
 * For esbuild: Node's own modules as `require` gives them. Where an ES module imports `node:http`, all of its exports are read
 * at once, and one of them loads all that `fetch` needs: a fifth of a cold start. Plain JavaScript: serverless-esbuild loads it.
 */
import { isBuiltin } from 'node:module';

const NAMESPACE = 'required-builtin';
const IMPORTS = new Set(['import-statement', 'dynamic-import']);

const requiredBuiltins = {
  name: 'required-builtins',
  setup(build) {
    build.onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) =>
      IMPORTS.has(kind) && isBuiltin(path) ? { path, namespace: NAMESPACE } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }));
  },
};

export default [requiredBuiltins];
