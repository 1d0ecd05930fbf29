/** Text that has to fit into a chat's fields. Pure. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** What `escaped` makes of it, cut to `max` UTF-16 units without cutting an escape or a character in half. */
export function fitted(text: string, max: number, escaped = (part: string) => part): string {
  const whole = escaped(text);
  if (whole.length <= max) return whole;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    const next = escaped(segment);
    if (kept.length + next.length > max - ELLIPSIS.length) break;
    kept += next;
  }
  return kept.trimEnd() + ELLIPSIS;
}

/** The line that Git shows for a commit. */
export const subjectOf = (message: string) => message.trim().split(/\r?\n/, 1)[0]?.trim() ?? '';
