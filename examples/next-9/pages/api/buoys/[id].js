export default function buoy(req, res) {
  if (req.query.id === 'lost') return res.status(404).json({ error: 'Adrift' });
  return res.json({ buoy: req.query.id, all: req.query });
}
