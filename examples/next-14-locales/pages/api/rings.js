export default function handler(request, response) {
  response.json({ query: request.query, keeper: request.cookies.keeper ?? null });
}
