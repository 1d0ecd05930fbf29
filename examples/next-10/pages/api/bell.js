export default function bell(req, res) {
  res.setHeader('Cache-Control', 'public, s-maxage=60');
  res.send('ding');
}
