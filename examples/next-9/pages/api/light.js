const GIF = Buffer.from('R0lGODlhAQABAIAAANWfPAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

/** Binary answer that everybody may keep. */
export default function light(req, res) {
  res.setHeader('Content-Type', 'image/gif');
  res.setHeader('Cache-Control', 'public, max-age=60');
  res.send(GIF);
}
