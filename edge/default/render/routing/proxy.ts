/** A rewrite to another origin: the author of the app chose it. */

/** https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1, and what fetch has undone. */
const NOT_PASSED_ON =
  /^(connection|keep-alive|transfer-encoding|upgrade|te|trailer|host|content-length|content-encoding|accept-encoding|x-towpath-.*|proxy-.*)$/;

const passed = (headers: Headers) => [...headers].filter(([name]) => !NOT_PASSED_ON.test(name));

/** A rule's rewrite takes the visitor's query along; of what both have, its own is meant. */
export function withQueryOf(visitor: URLSearchParams, to: URL): URL {
  const url = new URL(to);
  const query = new URLSearchParams();
  for (const [name, value] of visitor) if (!to.searchParams.has(name)) query.append(name, value);
  for (const [name, value] of to.searchParams) query.append(name, value);
  url.search = query.toString();
  return url;
}

/** @param added headers of the answer that the app's rules set */
export async function proxy(url: URL, request: Request, added: Headers): Promise<Response> {
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.arrayBuffer();
  const answer = await fetch(url, {
    method: request.method,
    headers: new Headers(passed(request.headers)),
    body: body?.byteLength ? body : null,
    redirect: 'manual',
  });
  const headers = new Headers(passed(answer.headers));
  for (const [name, value] of added) headers.append(name, value);
  return new Response(answer.body, { status: answer.status, headers });
}
