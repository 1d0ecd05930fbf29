/** Answers what it was asked, whatever the method. */
export default function echo(req, res) {
  res.setHeader('x-method', req.method);
  res.status(200).json({
    method: req.method,
    query: req.query,
    cookies: req.cookies,
    contentType: req.headers['content-type'] || null,
    host: req.headers.host,
    body: req.body === undefined ? null : req.body,
  });
}
