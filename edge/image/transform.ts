import sharp from 'sharp';

/** A few kilobytes can unpack to gigabytes: 100 megapixels are 400 MB. */
const MAX_INPUT_PIXELS = 100_000_000;
/** Next encodes AVIF at a lower figure for the same look. */
const AVIF_QUALITY_OFFSET = 15;

export interface Wanted {
  width: number;
  quality: number;
  /** A type that sharp can't write leaves the format as it is. */
  type: string;
}

/** Throws for what is no image, or too large a one. Never enlarges. */
export async function transform(bytes: Buffer, { width, quality, type }: Wanted): Promise<Buffer> {
  const image = sharp(bytes, { limitInputPixels: MAX_INPUT_PIXELS, sequentialRead: true })
    .rotate()
    .resize(width, undefined, { withoutEnlargement: true });
  if (type === 'image/avif') image.avif({ quality: Math.max(1, quality - AVIF_QUALITY_OFFSET) });
  else if (type === 'image/webp') image.webp({ quality });
  else if (type === 'image/png') image.png({ quality });
  else if (type === 'image/jpeg') image.jpeg({ quality });
  return image.toBuffer();
}
