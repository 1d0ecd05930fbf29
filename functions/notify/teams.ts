/**
 * An event as an Adaptive Card for Microsoft Teams: for a workflow "When a Teams webhook request is received", or an incoming
 * webhook. Pure. What users wrote stands in text runs, where Teams formats nothing, unlike in text blocks.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
import type { TowpathEvent } from '../../domain/events.ts';
import { type News, newsOf } from './news.ts';
import { fitted } from './text.ts';

/** Characters each. A message may have 28 KB, and a character up to four bytes. */
const MAX_HEADLINE = 200;
const MAX_COMMIT = 400;
const MAX_REASON = 1500;
const MAX_URL = 2000;

const COLORS: Record<News['tone'], string> = { good: 'good', bad: 'attention', neutral: 'default' };

/** https://adaptivecards.io/explorer/TextRun.html */
const written = (text: string, max: number, style: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: fitted(text, max), ...style }],
});

/** Teams shows these in the reader's own time zone, and takes no fractions of seconds. https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features */
function when(time: string): string {
  const whole = `${new Date(time).toISOString().slice(0, 19)}Z`;
  return `{{DATE(${whole}, SHORT)}} {{TIME(${whole})}}`;
}

export function teamsMessage(event: TowpathEvent): object {
  const { tone, icon, headline, commit, reasons, link, time, site, deployment } = newsOf(event);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      written(`${icon} ${headline}`, MAX_HEADLINE, { weight: 'bolder', size: 'medium', color: COLORS[tone] }),
      written(commit, MAX_COMMIT),
      ...reasons.map((reason) => written(reason, MAX_REASON)),
      {
        type: 'TextBlock',
        text: `${when(time)} · site ${site} · deployment ${deployment}`,
        isSubtle: true,
        wrap: true,
      },
    ],
    ...(link &&
      link.href.length <= MAX_URL && {
        actions: [{ type: 'Action.OpenUrl', title: 'Open the site', url: link.href }],
      }),
    msteams: { width: 'Full' },
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card };
  return { type: 'message', attachments: [attachment] };
}
