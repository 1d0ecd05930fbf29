import { ImageResponse } from 'next/og';

export const runtime = 'edge';
export const size = { width: 600, height: 315 };
export const contentType = 'image/png';

/** Drawn for each request, on the edge runtime. */
export default function Card() {
  return new ImageResponse(
    <div style={{ display: 'flex', width: '100%', height: '100%', alignItems: 'center', justifyContent: 'center', background: '#2f4a2b', color: '#fbf6e4', fontSize: 48 }}>
      Quarrel Orchard
    </div>,
    size,
  );
}
