/** Where source code gives next/image an address on another host, as far as that can be read. Pure text search. */
import { positionAt } from './finding.ts';

export interface ImageUse {
  file: string;
  line: number;
  host: string;
  url: string;
}

const IMPORT = /(?:from\s+|require\(\s*|import\s+)['"]next\/(?:legacy\/|future\/)?image['"]/;

/** The default import's name, mostly `Image`. */
const nameOf = (text: string) =>
  /import\s+([A-Za-z_$][\w$]*)[^;'"]*from\s+['"]next\/(?:legacy\/|future\/)?image['"]/.exec(text)?.[1] ?? 'Image';

/** `<Image … src="https://host/…"` and `src={'https://host/…'}`, without `unoptimized` or a `loader` of its own. */
export function imageUses(file: string, text: string): ImageUse[] {
  if (!text.includes('next/') || !IMPORT.test(text)) return [];
  const name = nameOf(text).replaceAll('$', '\\$');
  return [...text.matchAll(new RegExp(`<${name}\\s([^>]{0,2000})`, 'g'))].flatMap((tag) => {
    const attributes = tag[1] ?? '';
    if (/\b(unoptimized|loader)\b/.test(attributes)) return [];
    const url = /\bsrc=\{?\s*["'`](https?:\/\/[^"'`$\s]+)["'`]/.exec(attributes)?.[1];
    if (!url || !URL.canParse(url)) return [];
    return [{ file, line: positionAt(text, tag.index).line, host: new URL(url).hostname, url }];
  });
}
