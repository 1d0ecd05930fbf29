/** An event as a message for Discord's webhooks. Pure. https://docs.discord.com/developers/resources/webhook#execute-webhook */
import type { TowpathEvent } from '../../domain/events.ts';
import { type News, newsOf } from './news.ts';
import { fitted } from './text.ts';

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits: 6,000 in all */
const MAX_TITLE = 256;
const MAX_COMMIT = 400;
const MAX_REASON = 1800;
const MAX_URL = 2048;

const COLORS: Record<News['tone'], number> = { good: 0x1d8102, bad: 0xd13212, neutral: 0x687078 };

/** Discord's Markdown, and what would be a mention or a link of it. */
const escapeMarkdown = (text: string) => text.replace(/[\\`*_~|>[\]()#+\-<@:]/g, '\\$&');

export function discordMessage(event: TowpathEvent): object {
  const { tone, icon, headline, commit, reasons, link, time, site, deployment } = newsOf(event);
  const parts = [
    fitted(commit, MAX_COMMIT, escapeMarkdown),
    ...reasons.map((one) => fitted(one, MAX_REASON, escapeMarkdown)),
  ];
  const embed = {
    title: fitted(`${icon} ${headline}`, MAX_TITLE),
    description: parts.join('\n\n'),
    ...(link && link.href.length <= MAX_URL && { url: link.href }),
    color: COLORS[tone],
    footer: { text: `site ${site} · deployment ${deployment}` },
    timestamp: new Date(time).toISOString(),
  };
  return { embeds: [embed], allowed_mentions: { parse: [] } };
}
