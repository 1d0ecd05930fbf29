/** The same for every reader, so the CDN may keep it. */
export default function shelf({ query }, res) {
  res.setHeader('Cache-Control', 'public, s-maxage=120');
  res.json({ shelf: query.id });
}
