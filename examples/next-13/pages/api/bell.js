export default function handler(request, response) {
  if (request.method === 'DELETE') return response.status(204).end();
  response.setHeader('cache-control', 'public, s-maxage=60');
  response.json({ method: request.method, query: request.query, body: request.body ?? null });
}
