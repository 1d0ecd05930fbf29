/** Answers what it was asked, and what the proxy added. */
async function answer(request) {
  const url = new URL(request.url);
  return Response.json(
    {
      method: request.method,
      address: `${request.headers.get('x-forwarded-host')}${url.pathname}${url.search}`,
      lantern: request.headers.get('x-lantern'),
      body: request.method === 'GET' ? null : await request.text(),
    },
    { headers: { 'x-sky': 'clear' } },
  );
}

export { answer as GET, answer as POST, answer as PUT, answer as DELETE };
