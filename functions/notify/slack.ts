/**
 * An event as a message for Slack's incoming webhooks. Pure.
 *
 * What users wrote (branches, commit messages, errors) stands in plain_text objects, where Slack formats nothing and
 * mentions nobody. https://docs.slack.dev/reference/block-kit/blocks
 */
import type { EventKind, TowpathEvent } from '../../domain/events.ts';
import { escapeText, fitted, subjectOf } from './text.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER = 150;
/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const MAX_TEXT = 3000;
/** What a notification on a telephone shows of `text` is far less. */
const MAX_FALLBACK = 500;
/** Branch, commit and its subject, which is last. */
const MAX_COMMIT = 400;
const SHORT_SHA = 7;

type Detail = TowpathEvent['detail'];

interface Text {
  type: 'plain_text' | 'mrkdwn';
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export type Block =
  | { type: 'header'; text: Text }
  | { type: 'section'; text: Text }
  | { type: 'context'; elements: Text[] };

export interface SlackMessage {
  /** What notifications and screen readers give instead of the blocks. */
  text: string;
  blocks: Block[];
  unfurl_links: false;
  unfurl_media: false;
}

const plain = (text: string, max = MAX_TEXT): Text => ({ type: 'plain_text', text: fitted(text, max), emoji: false });
/** Of our own words alone. */
const markdown = (text: string): Text => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: Text): Block => ({ type: 'section', text });

const atStep = ({ deployment: { error } }: Detail) => (error?.step ? ` in ${error.step}` : '');

/** What happened, after "deployment 3". */
const HAPPENED: Record<EventKind, { icon: string; say: (detail: Detail) => string }> = {
  'deployment.queued': { icon: '⏳', say: () => 'waits for the one before it' },
  'deployment.started': {
    icon: '🚀',
    say: ({ deployment: { redriveCount, promotes } }) =>
      redriveCount > 0 ? 'is replayed' : promotes ? 'brings an earlier release back' : 'started',
  },
  'deployment.succeeded': {
    icon: '✅',
    say: ({ deployment }) => (deployment.promotes ? 'brought an earlier release back' : 'is live'),
  },
  'deployment.step_failed': { icon: '⚠️', say: (detail) => `cannot go on: a step failed${atStep(detail)}` },
  'deployment.failed': { icon: '❌', say: (detail) => `failed${atStep(detail)}` },
  'deployment.superseded': { icon: '⏭️', say: () => 'was superseded by a newer one' },
  'deployment.aborted': { icon: '⏹️', say: () => 'was stopped' },
  'deployment.rolled_back': { icon: '↩️', say: () => 'was rolled back' },
  'regeneration.dead-lettered': { icon: '⏳', say: () => 'has a page that cannot be rendered anew' },
};

/** Events whose deployment's error is news. */
const TELLS_ERROR: Partial<Record<EventKind, true>> = { 'deployment.failed': true, 'deployment.rolled_back': true };

function errorBlocks({ kind, detail: { deployment } }: TowpathEvent): Block[] {
  if (!TELLS_ERROR[kind] || !deployment.error) return [];
  const { message, remedy } = deployment.error;
  return [message, remedy].filter((text) => text?.trim()).map((text) => section(plain(text as string)));
}

function pageBlocks(event: TowpathEvent): Block[] {
  if (event.kind !== 'regeneration.dead-lettered') return [];
  const { page, generatedAt } = event.detail;
  return [section(plain(`${page}: its visitors go on getting the copy of ${generatedAt}`))];
}

/** `|` and `>` end a link in mrkdwn, and a URL may have neither unescaped. */
function linkBlocks({ kind, detail: { deployment } }: TowpathEvent): Block[] {
  const url = deployment.url && URL.parse(deployment.url);
  if (kind !== 'deployment.succeeded' || !url || !/^https?:$/.test(url.protocol)) return [];
  const link = `<${escapeText(url.href.replace(/[|<>]/g, encodeURIComponent))}|Open the site>`;
  return link.length > MAX_TEXT ? [] : [section(markdown(link))];
}

/** Shown in the reader's own time zone. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const when = (time: string) => `<!date^${Math.floor(Date.parse(time) / 1000)}^{date_short_pretty} {time_secs}|${time}>`;

export function message(event: TowpathEvent): SlackMessage {
  const { deployment } = event.detail;
  const { icon, say } = HAPPENED[event.kind];
  const { branch, sha, message: commitMessage } = deployment.commit;
  const happened = `${deployment.app}: deployment ${deployment.number} ${say(event.detail)}`;
  const commit = [branch, sha.slice(0, SHORT_SHA), subjectOf(commitMessage)].filter(Boolean).join(' · ');
  const why = TELLS_ERROR[event.kind] && deployment.error ? `: ${deployment.error.message}` : '';
  return {
    text: fitted(`${icon} ${happened} (${branch})${why}`, MAX_FALLBACK),
    blocks: [
      { type: 'header', text: { ...plain(`${icon} ${happened}`, MAX_HEADER), emoji: true } },
      section(plain(commit, MAX_COMMIT)),
      ...errorBlocks(event),
      ...pageBlocks(event),
      ...linkBlocks(event),
      {
        type: 'context',
        elements: [markdown(`${when(event.time)} · site \`${deployment.site}\` · deployment \`${deployment.id}\``)],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
