import { ImageResponse } from 'next/og';

export const runtime = 'edge';

/** A picture that is drawn when somebody asks for it. */
export function GET() {
  return new ImageResponse(<div style={{ display: 'flex', fontSize: 60 }}>The hill</div>, { width: 400, height: 120 });
}
