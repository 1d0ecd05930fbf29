/** Searches everything that a browser can get for the values of secret variables. */
import type { Readable } from 'node:stream';
import { TowpathError } from '../../domain/errors.ts';
import type { Bundle } from './bundle.ts';
import { inParallel } from './in-parallel.ts';

const SECRET_IN_CLIENT_FILE = {
  code: 'SECRET_IN_CLIENT_FILE',
  fault: 'user',
  retryable: false,
  remedy:
    'Read the variable in server code only (getServerSideProps, API routes, server components), not in `env` of next.config.js nor in what is rendered, and deploy again. If it was live before, change the secret.',
} as const;

export interface Leak {
  file: string;
  variable: string;
}

const CONCURRENCY = 8;
const isForClients = (path: string) => /^(static|public|prerendered)\//.test(path);

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' })[char]!);
/** As Next.js writes JSON into pages. */
const escapeJsonInHtml = (json: string) =>
  json.replace(/[&<>]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeJson = (text: string) => JSON.stringify(text).slice(1, -1);

/** As it is, and as scripts, JSON, HTML and addresses spell it; and JSON in JSON: source maps, and what the App Router writes into pages. */
export function spellingsOf(value: string): Buffer[] {
  const inJson = [escapeJson(value), escapeJson(escapeJson(value))];
  const spellings = [value, ...inJson, ...inJson.map(escapeJsonInHtml), escapeHtml(value), encodeURIComponent(value)];
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [...new Set([...spellings, base64])].map((spelling) => Buffer.from(spelling));
}

interface Needle {
  variable: string;
  spelling: Buffer;
}

/** The first needle in the stream. No more of it is held than a chunk and what could be the beginning of a needle. */
export async function searchStream(stream: Readable, needles: Needle[]): Promise<string | undefined> {
  const overlap = Math.max(...needles.map(({ spelling }) => spelling.length)) - 1;
  let tail = Buffer.alloc(0);
  for await (const chunk of stream) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    const found = needles.find(({ spelling }) => window.includes(spelling));
    if (found) {
      stream.destroy();
      return found.variable;
    }
    tail = window.subarray(Math.max(0, window.length - overlap));
  }
  return undefined;
}

export async function findLeaks(
  bundle: Pick<Bundle, 'entries' | 'stream'>,
  secrets: ReadonlyMap<string, string>,
): Promise<Leak[]> {
  if (secrets.size === 0) return [];
  const needles = [...secrets].flatMap(([variable, value]) =>
    spellingsOf(value).map((spelling) => ({ variable, spelling })),
  );
  const leaks: Leak[] = [];
  await inParallel([...bundle.entries.keys()].filter(isForClients), CONCURRENCY, async (file) => {
    const variable = await searchStream(await bundle.stream(file), needles);
    if (variable !== undefined) leaks.push({ file, variable });
  });
  return leaks.sort((one, other) => (one.file < other.file ? -1 : 1));
}

/** Before anything is uploaded. */
export async function refuseLeaks(
  bundle: Pick<Bundle, 'entries' | 'stream'>,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  const leaks = await findLeaks(bundle, secrets);
  if (leaks.length === 0) return;
  const named = leaks.slice(0, 5).map(({ file, variable }) => `${file} holds the value of ${variable}`);
  const more = leaks.length > named.length ? `, and ${leaks.length - named.length} more files` : '';
  throw new TowpathError(
    SECRET_IN_CLIENT_FILE,
    `Secrets in files that every browser can get: ${named.join('; ')}${more}.`,
  );
}
