import { createHash } from 'crypto';

export const config = { api: { bodyParser: false } };

/** Reads the raw body, so that bytes which are no text arrive as they were sent. */
export default async function checksum(req, res) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of req) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  res.json({ bytes, sha256: hash.digest('hex') });
}
