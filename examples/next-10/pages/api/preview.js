/** Preview mode for this browser: pages rendered at build time are rendered anew on each request. */
export default function preview(req, res) {
  if (req.query.off) res.clearPreviewData();
  else res.setPreviewData({});
  res.redirect('/inns');
}
