import sharp from 'sharp';

/** The museum's stamp, drawn here: an image library of the app's own beside the one that optimizes images. */
export async function GET(request) {
  const width = Number(request.nextUrl.searchParams.get('width') ?? 32);
  const stamp = sharp({ create: { width, height: width, channels: 3, background: 'teal' } });
  return new Response(await stamp.png().toBuffer(), { headers: { 'content-type': 'image/png' } });
}
