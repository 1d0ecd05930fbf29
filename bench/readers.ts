/** 500 readers at once of a page that has just gone stale: does one of them wait for its rendering, and how often is it rendered? */
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { deployRepository } from '../cli/deploy.ts';
import { inspectRepository } from '../cli/repository.ts';
import { isrApp } from '../test/support/isr-app.ts';
import { makeRepository } from '../test/support/journey.ts';
import { type BenchCloud, percentile, until } from './local-cloud.ts';

const READERS = 500;
const APP = 'slow-clock';
const REVALIDATE_SECONDS = 20;
/** As long as a render takes: whoever is answered sooner has not waited for one. */
const RENDER_SECONDS = 15;

export interface ReaderFigures {
  readers: number;
  answered: number;
  /** Answered with what was rendered after they asked, or not before a render can be done. */
  waited: number;
  regenerations: number;
  p50: number;
  p99: number;
  slowest: number;
  renderMs: number;
}

/** Rendered at once by the build, slowly ever after. */
const SLOW_PAGE = `export async function getStaticProps() {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME) await new Promise((done) => setTimeout(done, ${RENDER_SECONDS * 1000}));
  return { props: { renderedAt: new Date().toISOString() }, revalidate: ${REVALIDATE_SECONDS} };
}
export default function Page({ renderedAt }) { return <time>{renderedAt}</time>; }
`;

const timeIn = (html: string) => Date.parse(/<time>([^<]+)<\/time>/.exec(html)?.[1] ?? '');

async function regenerations({ client }: BenchCloud): Promise<number> {
  const logs = new CloudWatchLogsClient(client);
  const logGroupName = `/aws/lambda/towpath-dev-${APP}-main-regen`;
  const filterPattern = '"page regenerated"';
  const { events = [] } = await logs
    .send(new FilterLogEventsCommand({ logGroupName, filterPattern }))
    .catch(() => ({ events: [] }));
  logs.destroy();
  // The app's other pages grow stale as well.
  return events.filter(({ message }) => message?.includes('"key":"/slow"')).length;
}

export async function measureReaders(cloud: BenchCloud): Promise<ReaderFigures> {
  const files = { ...isrApp(), 'pages/slow.js': SLOW_PAGE };
  const repository = await makeRepository(join(cloud.folder, APP), files);
  const report = await deployRepository(cloud.running, await inspectRepository(repository), {
    app: APP,
    show: console.error,
  });
  if (report.status !== 'succeeded') throw new Error(`the deployment ended ${report.status}`);
  const read = async () => {
    const started = performance.now();
    const response = await fetch(`${report.url}/slow`);
    const renderedAt = timeIn(await response.text());
    return { ok: response.ok, renderedAt, milliseconds: performance.now() - started };
  };
  const first = await read();
  await until(async () => Date.now() > first.renderedAt + REVALIDATE_SECONDS * 1000, 20);

  const asked = Date.now();
  const answers = await Promise.all(Array.from({ length: READERS }, read));
  const fresh = await until(async () => {
    const { renderedAt } = await read();
    return renderedAt !== first.renderedAt && renderedAt;
  });
  const times = answers.map(({ milliseconds }) => milliseconds);
  const hasWaited = ({ renderedAt, milliseconds }: (typeof answers)[number]) =>
    renderedAt > asked || milliseconds >= RENDER_SECONDS * 1000;
  return {
    readers: answers.length,
    answered: answers.filter(({ ok, renderedAt }) => ok && renderedAt === first.renderedAt).length,
    waited: answers.filter(hasWaited).length,
    regenerations: await until(() => regenerations(cloud)),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    slowest: Math.max(...times),
    renderMs: fresh - asked,
  };
}
