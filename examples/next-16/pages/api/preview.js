export default function preview(_req, res) {
  res.setPreviewData({ by: 'keeper' });
  res.redirect('/benches/one');
}
