export default function handler(_request, response) {
  response.setPreviewData({ by: 'keeper' });
  response.redirect('/tables');
}
