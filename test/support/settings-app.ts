/** A Next.js 11 app that tells what its functions see of the environment, and what the build saw. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'next-11');

export const settingsApp = (): Record<string, string> => ({
  'package.json': readFileSync(join(EXAMPLE, 'package.json'), 'utf8'),
  'package-lock.json': readFileSync(join(EXAMPLE, 'package-lock.json'), 'utf8'),
  'pages/index.js': `export const getStaticProps = () => ({ props: {
  builtWith: require('node:crypto').createHash('sha256').update(process.env.TOKEN ?? '').digest('hex'),
  greeting: process.env.NEXT_PUBLIC_GREETING ?? 'none',
} });
export default function Home({ builtWith, greeting }) { return <p><b>{builtWith}</b> <i>{greeting}</i></p>; }
`,
  'pages/api/sees.js': `const NAMES = ['PLAIN', 'TOKEN', 'BAKED', 'MANAGED', 'ONLY_NEXT'];
export default (request, response) =>
  response.json(Object.fromEntries(NAMES.map((name) => [name, process.env[name] ?? null])));
`,
});
