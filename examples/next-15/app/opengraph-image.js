import { ImageResponse } from 'next/og';

export const size = { width: 600, height: 315 };
export const contentType = 'image/png';

export default function Card() {
  return new ImageResponse(
    <div style={{ display: 'flex', width: '100%', height: '100%', alignItems: 'center', justifyContent: 'center', background: '#16324a', color: '#f3ecdf', fontSize: 48 }}>
      Tidewrack Museum
    </div>,
    size,
  );
}
