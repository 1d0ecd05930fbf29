/**
 * Webhooks of accepted pushes, one file each until a receiver has answered 2xx. Deliveries of one repository keep their
 * order; a receiver that is down is tried again, for as long as this runs and after a restart.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Webhook {
  url: string;
  /** Key of the HMAC-SHA-256 in `X-Towpath-Signature`. */
  secret: string;
}

export interface PushRecord {
  repository: string;
  /** Set when it is not the push that is told, but what happened to the pull request of its branch. */
  pull?: PullEvent;
  /** All zeros for a new branch. */
  before: string;
  /** All zeros for a deleted branch. */
  after: string;
  ref: string;
}

export interface PullEvent {
  number: number;
  action: 'opened' | 'updated' | 'closed';
  isFork: boolean;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
const DELIVERY_TIMEOUT_MS = 10_000;
/** The receiver may be there but not ready: an API that is still being created answers 404. */
const isTemporary = (status: number) => status >= 500 || status === 404 || status === 408 || status === 429;

interface OutboxOptions {
  folder: string;
  webhook: (repository: string) => Webhook;
  payload: (push: PushRecord) => Promise<object>;
  log: (line: string) => void;
}

export function createOutbox({ folder, webhook, payload, log }: OutboxOptions) {
  mkdirSync(folder, { recursive: true });
  const aborter = new AbortController();
  let retryMs = FIRST_RETRY_MS;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<void> | undefined;
  let again = false;

  const read = (file: string): PushRecord => {
    const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
    const [repository = '', before = '', after = '', ref = '', pull = ''] = lines;
    return { repository, before, after, ref, ...(pull && { pull: JSON.parse(pull) as PullEvent }) };
  };

  /** `false` when it has to be tried again. */
  async function deliver(file: string, push: PushRecord): Promise<boolean> {
    const body = JSON.stringify(await payload(push));
    const { url, secret } = webhook(push.repository);
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([aborter.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'x-towpath-event': push.pull ? 'pull_request' : 'push',
        'x-towpath-delivery': path.basename(file, '.push'),
        'x-towpath-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
    });
    const answer = (await response.text()).slice(0, 300);
    if (!response.ok && isTemporary(response.status)) return false;
    if (!response.ok) log(`The webhook of ${push.repository} was refused with ${response.status}: ${answer}`);
    return true;
  }

  async function deliverAll(): Promise<boolean> {
    const waiting = new Set<string>();
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.push'))
      .sort()) {
      const push = read(file);
      if (aborter.signal.aborted || waiting.has(push.repository)) continue;
      const done = await deliver(file, push).catch(() => false);
      if (done) rmSync(path.join(folder, file), { force: true });
      else waiting.add(push.repository);
    }
    return waiting.size === 0;
  }

  /** Delivers what waits; called after each push and once at the start. */
  function flush() {
    if (aborter.signal.aborted) return;
    if (pass) {
      again = true;
      return;
    }
    clearTimeout(timer);
    pass = deliverAll().then((empty) => {
      pass = undefined;
      if (again) {
        again = false;
        flush();
        return;
      }
      if (!empty && !aborter.signal.aborted) timer = setTimeout(flush, retryMs);
      retryMs = empty ? FIRST_RETRY_MS : Math.min(retryMs * 2, LONGEST_RETRY_MS);
    });
  }

  return {
    folder,
    flush,
    /** Queues a delivery, complete on disk before this returns. */
    add({ repository, before, after, ref, pull }: PushRecord) {
      const entry = path.join(folder, `${String(Date.now()).padStart(15, '0')}-${randomUUID()}.1`);
      writeFileSync(
        `${entry}.tmp`,
        `${[repository, before, after, ref, pull ? JSON.stringify(pull) : ''].join('\n')}\n`,
      );
      renameSync(`${entry}.tmp`, `${entry}.push`);
      flush();
    },
    async stop() {
      aborter.abort();
      clearTimeout(timer);
      await pass;
    },
  };
}
