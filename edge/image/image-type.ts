/** What kind of image some bytes are. Pure. https://en.wikipedia.org/wiki/List_of_file_signatures */

const startsWith = (bytes: Buffer, signature: number[], offset = 0) =>
  signature.every((byte, index) => bytes[offset + index] === byte);

const ascii = (bytes: Buffer, start: number, end: number) => bytes.toString('latin1', start, end);

export function detectType(bytes: Buffer): string | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (ascii(bytes, 0, 4) === 'GIF8') return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(bytes, 4, 12) === 'ftypavif') return 'image/avif';
  if (/^\s*(<\?xml|<svg)/.test(ascii(bytes, 0, 64))) return 'image/svg+xml';
  return undefined;
}

/** Frames would be lost: such an image is passed on as it is. */
export function isAnimated(bytes: Buffer, type: string): boolean {
  if (type === 'image/gif') return bytes.indexOf('NETSCAPE2.0') >= 0 || countOf(bytes, '\x00\x21\xf9\x04') > 1;
  if (type === 'image/webp') return bytes.subarray(0, 64).indexOf('ANIM') >= 0;
  if (type !== 'image/png') return false;
  const control = bytes.indexOf('acTL');
  const data = bytes.indexOf('IDAT');
  return control >= 0 && (data < 0 || control < data);
}

function countOf(bytes: Buffer, text: string): number {
  const wanted = Buffer.from(text, 'latin1');
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) count++;
  return count;
}

const EXTENSIONS: Record<string, string> = {
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/svg+xml': 'svg',
  'image/webp': 'webp',
};

/** `/a/photo.big.jpg?x` sent as WebP is `photo.webp`, as Next names it. */
export function fileNameOf(url: string, type: string): string | undefined {
  const name = url
    .split('?')[0]
    ?.split('/')
    .pop()
    ?.split('.')[0]
    ?.replace(/[^\w.-]/g, '_');
  const extension = EXTENSIONS[type];
  return name && extension ? `${name}.${extension}` : undefined;
}
