/**
 * An event as a message for Slack's incoming webhooks. Pure.
 *
 * What users wrote (branches, commit messages, errors) stands in plain_text objects, where Slack formats nothing and
 * mentions nobody. https://docs.slack.dev/reference/block-kit/blocks
 */
import type { TowpathEvent } from '../../domain/events.ts';
import { newsOf } from './news.ts';
import { fitted } from './text.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER = 150;
/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const MAX_TEXT = 3000;
/** What a notification on a telephone shows of `text` is far less. */
const MAX_FALLBACK = 500;
/** Branch, commit and its subject, which is last. */
const MAX_COMMIT = 400;

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

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Only these three, in every text object: https://docs.slack.dev/messaging/formatting-message-text#escaping
 * Without it, `<!channel>` in a commit message would call everybody.
 */
const escapeText = (text: string) => text.replace(/[&<>]/g, (character) => ENTITIES[character] as string);

const plain = (text: string, max = MAX_TEXT): Text => ({
  type: 'plain_text',
  text: fitted(text, max, escapeText),
  emoji: false,
});
/** Of our own words alone. */
const markdown = (text: string): Text => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: Text): Block => ({ type: 'section', text });

/** `|` and `>` end a link in mrkdwn, and a URL may have neither unescaped. */
function linkBlocks(url: URL | undefined): Block[] {
  const link = url && `<${escapeText(url.href.replace(/[|<>]/g, encodeURIComponent))}|Open the site>`;
  return !link || link.length > MAX_TEXT ? [] : [section(markdown(link))];
}

/** Shown in the reader's own time zone. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const when = (time: string) => `<!date^${Math.floor(Date.parse(time) / 1000)}^{date_short_pretty} {time_secs}|${time}>`;

export function message(event: TowpathEvent): SlackMessage {
  const { icon, headline, branch, commit, reasons, link, time, site, deployment } = newsOf(event);
  const [why] = reasons;
  return {
    text: fitted(`${icon} ${headline} (${branch})${why ? `: ${why}` : ''}`, MAX_FALLBACK, escapeText),
    blocks: [
      { type: 'header', text: { ...plain(`${icon} ${headline}`, MAX_HEADER), emoji: true } },
      section(plain(commit, MAX_COMMIT)),
      ...reasons.map((reason) => section(plain(reason))),
      ...linkBlocks(link),
      {
        type: 'context',
        elements: [markdown(`${when(time)} · site \`${site}\` · deployment \`${deployment}\``)],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
