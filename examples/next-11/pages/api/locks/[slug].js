import { locks } from '../../../lib/canal';

export default function lock(req, res) {
  const found = locks.find(({ slug }) => slug === req.query.slug);
  if (!found) return res.status(404).json({ error: `No lock is called ${req.query.slug}` });
  return res.json(found);
}
