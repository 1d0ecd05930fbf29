/** A Next.js 11 app that tells what its functions see of the environment, and what the build saw; in German at shop.example.com. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'next-11');

export const settingsApp = (): Record<string, string> => ({
  'package.json': readFileSync(join(EXAMPLE, 'package.json'), 'utf8'),
  'package-lock.json': readFileSync(join(EXAMPLE, 'package-lock.json'), 'utf8'),
  'next.config.js': `module.exports = { i18n: {
  locales: ['en', 'de'],
  defaultLocale: 'en',
  localeDetection: false,
  domains: [{ domain: 'shop.example.com', defaultLocale: 'de' }],
} };
`,
  'pages/index.js': `export const getStaticProps = ({ locale }) => ({ props: {
  locale,
  builtWith: require('node:crypto').createHash('sha256').update(process.env.TOKEN ?? '').digest('hex'),
  greeting: process.env.NEXT_PUBLIC_GREETING ?? 'none',
} });
export default function Home({ locale, builtWith, greeting }) {
  return <p><u>{locale}</u> <b>{builtWith}</b> <i>{greeting}</i></p>;
}
`,
  'redirects.json': JSON.stringify([
    { source: '/old/<*>', target: '/about?from=<*>', status: '301', condition: null },
    { source: '/us', target: '/about', status: '302', condition: '<US>' },
    { source: '/us', target: '/', status: '302', condition: '<DE>' },
    { source: '/hidden', target: '/about', status: '200', condition: null },
    { source: '/lost/<*>', target: '/about', status: '404', condition: null },
    { source: '/app/<*>', target: '/about', status: '404-200', condition: null },
  ]),
  'customHttp.yml': `customHeaders:
  - pattern: '**'
    headers: [{ key: X-Shop, value: open }]
  - pattern: '*.js'
    headers: [{ key: X-Script, value: 'yes' }]
  - pattern: '/api/*'
    headers: [{ key: X-Shop, value: api }]
`,
  'pages/about.js': 'export default function About() { return <h1>About</h1>; }\n',
  'pages/api/sees.js': `const NAMES = ['PLAIN', 'TOKEN', 'BAKED', 'MANAGED', 'ONLY_NEXT', 'TOWPATH_SITE_URL'];
export default (request, response) => {
  response.setHeader('x-seen-host', request.headers.host);
  response.json(Object.fromEntries(NAMES.map((name) => [name, process.env[name] ?? null])));
};
`,
});
