/**
 * What a real Next.js asks of a site's bucket, table and distribution: an answer of more than 1 MB, a page that nobody knew of, and data
 * that is revalidated by its tag.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Broken, type Files, type Teller } from '../teller.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'next-16');
const example = (file: string) => readFileSync(join(EXAMPLE, file), 'utf8');
const MEGABYTES = 2;

/** Over those of the teller's toy. */
const APP: Files = {
  'package.json': example('package.json'),
  'package-lock.json': example('package-lock.json'),
  'amplify.yml': `version: 1
frontend:
  phases:
    preBuild: { commands: [npm ci] }
    build: { commands: [npx next build] }
`,
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
  'app/page.js': 'export default () => <p>Home</p>;\n',
  'app/pubs/[slug]/page.js': `export const revalidate = 600;
export const generateStaticParams = () => [{ slug: 'fox' }];
export default () => <time>{new Date().toISOString()}</time>;
`,
  'app/news/page.js': `import { unstable_cache } from 'next/cache';
const news = unstable_cache(async () => new Date().toISOString(), ['news'], { tags: ['news'] });
export default async () => <time>{await news()}</time>;
`,
  'app/publish/route.js': `import { revalidateTag } from 'next/cache';
export async function GET(request) {
  revalidateTag('news', { expire: 0 });
  return new Response(request.url);
}
`,
  'app/large/route.js': `export async function GET(request) {
  return new Response(new URL(request.url).host.padEnd(${MEGABYTES} * 1024 * 1024, '.'));
}
`,
};

export async function tell({ towpath, connect, push, ends, until }: Teller): Promise<void> {
  await connect();
  await push('readers', APP);
  await ends('the deployment');
  const url = towpath.cloud.siteUrls().at(-1)?.url ?? '';
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    if (!answer.ok) throw new Broken(`${path} of the site is ${answer.status}`);
    return text;
  };
  const timeIn = (text: string) => /<time>([^<]*)</.exec(text)?.[1] ?? '';

  const { length } = await read('/large');
  if (length !== MEGABYTES * 1024 * 1024) throw new Broken(`/large has ${length} bytes`);

  const first = timeIn(await read('/pubs/anchor'));
  let asked = 0;
  // Past the copy of the CDN.
  await until(
    'the page that its first reader had',
    async () => timeIn(await read(`/pubs/anchor?n=${asked++}`)) === first,
  );

  const before = timeIn(await read('/news'));
  await read('/publish');
  await until('the news', async () => timeIn(await read('/news')) > before);
}
