/**
 * A Next.js 16 app of which every page grows stale, by time or because it is told to: each shows when it was rendered. In a folder of its
 * repository, from whose root on Next.js traces the files that it needs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'next-16');

const page = (top: string, time = 'new Date().toISOString()', options = '') => `${top}
${options}
export default async function Page({ params }) {
  const slug = (await params)?.slug;
  return <p><b id="slug">{slug}</b> <time>{${time}}</time></p>;
}
`;

const route = (body: string) => `import { revalidatePath, revalidateTag } from 'next/cache';
import { draftMode } from 'next/headers';

export async function GET(request) {
  const asked = new URL(request.url).searchParams;
  ${body}
  return Response.json({ done: true });
}
`;

/** Seconds after which /clock is stale. */
export const CLOCK_SECONDS = 20;

/** Of the app, in its repository. */
export const APP_ROOT_16 = 'clocks';

export const isrApp16 = (): Record<string, string> =>
  Object.fromEntries(Object.entries(appFiles()).map(([name, text]) => [`${APP_ROOT_16}/${name}`, text]));

const appFiles = (): Record<string, string> => ({
  'package.json': readFileSync(join(EXAMPLE, 'package.json'), 'utf8'),
  'package-lock.json': readFileSync(join(EXAMPLE, 'package-lock.json'), 'utf8'),
  'next.config.mjs': `import { dirname } from 'node:path';
const root = dirname(import.meta.dirname);
export default { experimental: { useCache: true }, outputFileTracingRoot: root, turbopack: { root } };
`,
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
  'app/clock/page.js': page(`export const revalidate = ${CLOCK_SECONDS};`),
  'app/tick/page.js': page('export const revalidate = 1;'),
  // Rendered by the build, and never again.
  'app/stuck/page.js': page(
    'export const revalidate = 1;',
    `(() => { if (process.env.AWS_LAMBDA_FUNCTION_NAME) throw new Error('the clock is stuck'); return new Date().toISOString(); })()`,
  ),
  // Both of the same data, and of paths that nobody may add to.
  'app/twins/[slug]/page.js': `export const revalidate = 1;
export const dynamicParams = false;
export const generateStaticParams = () => [{ slug: 'left' }, { slug: 'right' }];
export default () => <time>always</time>;
`,
  'app/pubs/[slug]/page.js': page(
    `import { notFound, redirect } from 'next/navigation';
export const revalidate = 600;
export const generateStaticParams = () => [{ slug: 'fox' }];`,
    `(slug === 'closed' && notFound(), slug === 'old' && redirect('/pubs/fox'), new Date().toISOString())`,
  ),
  // Of data with a tag of its own.
  'app/news/page.js': page(
    `import { unstable_cache } from 'next/cache';
const news = unstable_cache(async () => new Date().toISOString(), ['news'], { tags: ['news'] });`,
    'await news()',
  ),
  'app/quote/page.js': page(
    `import { cacheLife, cacheTag } from 'next/cache';
async function quote() {
  'use cache';
  cacheTag('quote');
  cacheLife('max');
  return new Date().toISOString();
}`,
    'await quote()',
  ),
  // Rendered for each request, of the same data.
  'app/ticker/page.js': page(
    `import { unstable_cache } from 'next/cache';
export const dynamic = 'force-dynamic';
const news = unstable_cache(async () => new Date().toISOString(), ['news'], { tags: ['news'] });`,
    'await news()',
  ),
  'app/desk/page.js': `import { updateTag } from 'next/cache';
export const dynamic = 'force-dynamic';
async function publish() {
  'use server';
  updateTag('news');
}
export default () => <form action={publish}><button>Publish</button></form>;
`,
  'app/do/tag/route.js': route(
    `const profile = asked.get('profile');
  revalidateTag(asked.get('tag'), profile === 'now' ? { expire: 0 } : profile);`,
  ),
  'app/do/path/route.js': route(`revalidatePath(asked.get('path'), asked.get('type') ?? undefined);`),
  'app/do/draft/route.js': route(`(await draftMode())[asked.get('on') ? 'enable' : 'disable']();`),
  'app/draft/page.js': page(
    `import { draftMode } from 'next/headers';`,
    `\`\${(await draftMode()).isEnabled ? 'draft' : 'published'} \${new Date().toISOString()}\``,
  ),
  // Next's adapter calls it /index.
  'pages/index.js': `export const getStaticProps = () => ({ props: { renderedAt: new Date().toISOString() } });
export default ({ renderedAt }) => <time>{renderedAt}</time>;
`,
  'pages/paper.js': `export const getStaticProps = () => ({ props: { renderedAt: new Date().toISOString() } });
export default ({ renderedAt }) => <time>{renderedAt}</time>;
`,
  'pages/walks/[slug].js': `export const getStaticPaths = () => ({ paths: [], fallback: true });
export const getStaticProps = () => ({ props: { renderedAt: new Date().toISOString() }, revalidate: 1 });
export default ({ renderedAt = '' }) => <time>{renderedAt}</time>;
`,
  'pages/api/refresh.js': `export default async function refresh(request, response) {
  await response.revalidate(request.query.path);
  response.json({ done: true });
}
`,
});
