/** Hosts that next/image is given in the source and next.config does not name, where both can be read. */

import { withoutComments } from '../comments.ts';
import { type Finding, finding } from '../finding.ts';
import type { ImageUse } from '../image-uses.ts';
import type { Plan } from '../plan.ts';
import { NEXT_CONFIGS, nearest, type SourceTree } from '../source-tree.ts';

/** `*.example.com` is one label more, `**.example.com` any number: https://nextjs.org/docs/app/api-reference/components/image#remotepatterns */
function admits(pattern: string, host: string): boolean {
  const labels = pattern
    .replace(/^https?:\/\//, '')
    .split(/[/:]/)[0]!
    .split('.')
    .map((label) => (label === '**' ? '.+' : label === '*' ? '[^.]+' : label.replace(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${labels.join('\\.')}$`, 'i').test(host);
}

/** Every text in next.config's `images` that may name a host; undefined where the config decides by code. */
function namedHosts(config: string): string[] | undefined {
  const code = withoutComments(config);
  const start = code.search(/\bimages\s*:/);
  if (start === -1) return /\bimages\b/.test(code) ? undefined : [];
  const images = code.slice(start);
  if (
    /^images\s*:\s*[^{\s]|\b(?:domains|remotePatterns)\s*:\s*[^[\s]|\bloader\s*:|\bunoptimized\s*:\s*true|\bloaderFile\b|\.\.\./.test(
      images,
    )
  ) {
    return undefined;
  }
  if (/\b(?:hostname|protocol)\s*:\s*[^'"`\s]|new URL\(\s*[^'"`\s]|\$\{/.test(images)) return undefined;
  return [...images.matchAll(/['"`]([^'"`\s]+)['"`]/g)].map((found) => found[1]!);
}

/** From Next.js 12.3 on, `next/image` leaves SVG where it is, unless the app wants it optimized. */
function isLeftAlone({ url }: ImageUse, config: string, version = ''): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const leavesSvg = (major > 12 || (major === 12 && minor >= 3)) && !/dangerouslyAllowSVG\s*:\s*true/.test(config);
  return leavesSvg && new URL(url).pathname.endsWith('.svg');
}

export function imageFindings(
  { imageUses, texts, appRoot }: SourceTree,
  { rendering, next }: Partial<Plan>,
): Finding[] {
  const prefix = appRoot === '.' ? '' : `${appRoot}/`;
  const uses = imageUses.filter(({ file }) => file.startsWith(prefix));
  if (uses.length === 0 || rendering?.rendering === 'static') return [];
  const config = nearest(texts, appRoot, NEXT_CONFIGS);
  const named = namedHosts(config?.text ?? '');
  if (!named) return [];
  const refused = uses.filter(
    (use) =>
      !named.some((pattern) => admits(pattern, use.host)) && !isLeftAlone(use, config?.text ?? '', next?.version),
  );
  return [...new Set(refused.map(({ host }) => host))].map((host) => {
    const { file, line } = refused.find((use) => use.host === host)!;
    const why = config ? `${config.file} does not name` : 'no next.config allows';
    const seen = `${file}:${line} loads an image from ${host}, which ${why}.`;
    return finding('IMAGE_HOST_NOT_ALLOWED', seen, { file, line });
  });
}
