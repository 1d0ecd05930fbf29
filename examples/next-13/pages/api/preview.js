export default function handler(_request, response) {
  response.setPreviewData({ by: 'workshop' });
  response.redirect('/hours');
}
