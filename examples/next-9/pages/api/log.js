export default function log(req, res) {
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return res.status(405).json({ error: 'Write with POST' });
  }
  const { entry } = req.body || {};
  if (!entry) return res.status(400).json({ error: 'An entry, please' });
  res.setHeader('Set-Cookie', `last=${encodeURIComponent(entry)}; Path=/; SameSite=Lax`);
  res.writeHead(303, { Location: '/bridge?entered=1' });
  return res.end();
}
