/** docs/reference/errors.md against the codes that the product's sources have. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
const SOURCES = '{aws,domain,functions,githost,lifecycle,middleware,nextjs}/**/*.ts';

/** Where an error is made; AWS's own names, in middleware/transient.ts, stand alone or beside `about`. */
const CODE =
  /(?:\bcode: |\b(?:refusal|user|provider|badRequest|unauthorized)\(\s*|\bOVERTAKEN = )'([A-Z]\w+)'(?!,? (?:about|\}))/g;

const inSources = new Set(
  globSync(SOURCES, { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(CODE)].map(([, code]) => String(code)),
  ),
);
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
const inRows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...String(line.split(' | ')[0]).matchAll(/`(\w+)`/g)].map(([, code]) => String(code)));
const retried = [...(/^`TransientAwsError`[^.]*/m.exec(page)?.[0] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code);

test('each error code of the product has a row, and each row is a code of the product', () => {
  expect([...inRows, ...retried].sort()).toEqual([...inSources].sort());
});
