/** Text as Slack wants it. Pure. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Only these three, in every text object: https://docs.slack.dev/messaging/formatting-message-text#escaping
 * Without it, `<!channel>` in a commit message would call everybody.
 */
export const escapeText = (text: string) => text.replace(/[&<>]/g, (character) => ENTITIES[character] as string);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** Escaped, and cut to `max` UTF-16 units without cutting an entity or a character in half. */
export function fitted(text: string, max: number): string {
  const whole = escapeText(text);
  if (whole.length <= max) return whole;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    const next = escapeText(segment);
    if (kept.length + next.length > max - ELLIPSIS.length) break;
    kept += next;
  }
  return kept.trimEnd() + ELLIPSIS;
}

/** The line that Git shows for a commit. */
export const subjectOf = (message: string) => message.trim().split(/\r?\n/, 1)[0]?.trim() ?? '';
