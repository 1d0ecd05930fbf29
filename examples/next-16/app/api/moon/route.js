export const dynamic = 'force-static';

export function GET() {
  return Response.json({ phase: 'waxing', drawn: new Date().toISOString() }, { headers: { 'x-moon': 'up' } });
}
