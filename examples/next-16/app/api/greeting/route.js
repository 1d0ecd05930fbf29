/** In the visitor's language, for a minute: a cache has to keep the languages apart. */
export function GET(request) {
  const isFrench = request.headers.get('accept-language')?.startsWith('fr');
  const headers = { 'cache-control': 'public, s-maxage=60', vary: 'Accept-Language' };
  return new Response(isFrench ? 'Le ciel est clair.\n' : 'The sky is clear.\n', { headers });
}
