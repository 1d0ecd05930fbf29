import { ImageResponse } from 'next/server';

export const runtime = 'edge';
export const size = { width: 600, height: 315 };
export const contentType = 'image/png';

/** Drawn for each request, on the edge runtime. */
export default function Card() {
  return new ImageResponse(
    <div style={{ display: 'flex', width: '100%', height: '100%', alignItems: 'center', justifyContent: 'center', background: '#23262b', color: '#c8e03a', fontSize: 56 }}>
      Spoke &amp; Fettle
    </div>,
    size,
  );
}
