/** `towpath logs SITE`: what the site's functions write, of every Region that served, in one stream. */
import { setTimeout as wait } from 'node:timers/promises';
import { answer, type TowpathApi } from './api.ts';

type Line = Awaited<ReturnType<typeof read>>['lines'][number];

const POLL_MILLISECONDS = 2_000;
/** Regions tell of a line with unequal delay: what came late is looked for so far back. */
const LATE_MILLISECONDS = 60_000;

const read = (api: TowpathApi, site: string, since: number) =>
  answer(api.sites[':site'].logs.$get({ param: { site }, query: { since: String(since) } } as never));

/** What Lambda writes around each invocation. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
const isFrame = ({ text }: Line) => /^(START|END|REPORT|INIT_START) /.test(text);

export interface SiteLogOptions {
  /** Milliseconds since the epoch. */
  since: number;
  follow: boolean;
  /** Lambda's own lines, too. */
  all: boolean;
  show: (line: Line) => void;
  warn: (line: string) => void;
  /** Ends what is followed. */
  until: Promise<unknown>;
}

export async function showSiteLogs(api: TowpathApi, site: string, options: SiteLogOptions): Promise<void> {
  const shown = new Set<string>();
  const refusedBefore = new Set<string>();
  let isSilent = true;
  let ended = false;
  options.until.then(() => {
    ended = true;
  });
  let { since } = options;
  for (;;) {
    const { lines, more, refused } = await read(api, site, since);
    const news = refused.filter((region) => !refusedBefore.has(region));
    if (news.length > 0) options.warn(`Not read, for the account has no access there: ${news.join(', ')}.`);
    for (const region of news) refusedBefore.add(region);
    for (const line of lines.filter(({ id }) => !shown.has(id))) {
      shown.add(line.id);
      if (!options.all && isFrame(line)) continue;
      isSilent = false;
      options.show(line);
    }
    const newest = lines.at(-1)?.time ?? since;
    // A full page goes on where it ended, else nothing after it would be reached.
    since = more ? Math.max(newest, since + 1) : Math.max(since, newest - LATE_MILLISECONDS);
    if (options.follow ? ended : !more) break;
    if (!more) await Promise.race([wait(POLL_MILLISECONDS), options.until]);
  }
  if (isSilent)
    options.warn(
      `The functions of ${site} wrote nothing meanwhile; a static site has none. --since MINUTES looks further back.`,
    );
}

export const asText = ({ time, region, function: name, text }: Line) =>
  `${new Date(time).toISOString()}  ${region}  ${name}  ${text}`;
