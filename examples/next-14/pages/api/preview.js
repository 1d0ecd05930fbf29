export default function handler(_request, response) {
  response.setPreviewData({ by: 'cellar' });
  response.redirect('/orchard/almanac/');
}
