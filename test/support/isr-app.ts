/** A Next.js 11 app of which every page grows stale: each shows when it was rendered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'next-11');

const page = (body: string) => `${body}
export default function Page({ renderedAt, slug }) {
  return <p><b id="slug">{slug}</b> <time>{renderedAt}</time></p>;
}
`;

const clock = (revalidate: number) =>
  page(`export async function getStaticProps() {
  return { props: { renderedAt: new Date().toISOString() }, revalidate: ${revalidate} };
}`);

/** `paths` are known at build time. */
const dynamic = (paths: string[], fallback: string, revalidate: number, result = '') =>
  page(`export async function getStaticPaths() {
  return { paths: ${JSON.stringify(paths)}, fallback: ${fallback} };
}
export async function getStaticProps({ params: { slug } }) {
  ${result}
  return { props: { renderedAt: new Date().toISOString(), slug }, revalidate: ${revalidate} };
}`);

/** Seconds after which /clock is stale. */
export const CLOCK_SECONDS = 20;

export const isrApp = (): Record<string, string> => ({
  'package.json': readFileSync(join(EXAMPLE, 'package.json'), 'utf8'),
  'package-lock.json': readFileSync(join(EXAMPLE, 'package-lock.json'), 'utf8'),
  'pages/index.js': 'export default function Home() { return <h1>Clocks</h1>; }\n',
  'pages/clock.js': clock(CLOCK_SECONDS),
  'pages/tick.js': clock(1),
  // Rendered by the build, and never again.
  'pages/stuck.js': page(`export async function getStaticProps() {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME) throw new Error('the clock is stuck');
  return { props: { renderedAt: new Date().toISOString() }, revalidate: 1 };
}`),
  // Both of the same data, and of paths that nobody may add to.
  'pages/twins/[slug].js': page(`export async function getStaticPaths() {
  return { paths: ['/twins/left', '/twins/right'], fallback: false };
}
export async function getStaticProps() {
  return { props: { renderedAt: new Date(Math.floor(Date.now() / 86400e3) * 86400e3).toISOString() }, revalidate: 1 };
}`),
  'pages/walks/[slug].js': dynamic([], 'true', 600),
  'pages/pubs/[slug].js': dynamic(
    [],
    `'blocking'`,
    600,
    `if (slug === 'closed') return { notFound: true, revalidate: 600 };
  if (slug === 'old') return { redirect: { destination: '/pubs/new', permanent: false }, revalidate: 600 };`,
  ),
});
