export default function ping(req, res) {
  res.setHeader('Cache-Control', 'public, s-maxage=60');
  res.status(req.method === 'GET' ? 200 : 201).json({ pong: true, method: req.method, query: req.query, body: req.body ?? null });
}
