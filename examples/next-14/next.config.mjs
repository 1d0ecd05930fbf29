/** @type {import('next').NextConfig} */
const config = {
  basePath: '/orchard',
  trailingSlash: true,
  images: {
    formats: ['image/avif', 'image/webp'],
    deviceSizes: [640, 1200],
    imageSizes: [64, 256],
    remotePatterns: [{ protocol: 'https', hostname: '**.quarrel.example', pathname: '/labels/*' }],
    dangerouslyAllowSVG: true,
    contentDispositionType: 'attachment',
  },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/till', has: [{ type: 'cookie', key: 'stall', value: '(?<stall>\\w+)' }], destination: '/market?stall=:stall' },
        { source: '/pressing', missing: [{ type: 'query', key: 'raw' }], destination: '/press' },
      ],
      afterFiles: [
        { source: '/tree/:slug', destination: '/apples/:slug' },
        { source: '/badge', destination: '/apples/pippin.svg' },
        { source: '/neighbour/:path*', destination: `${process.env.NEIGHBOUR ?? 'https://neighbour.example'}/:path*` },
      ],
      fallback: [{ source: '/old-farm/:path*', destination: '/archive/:path*' }],
    };
  },
  async redirects() {
    return [
      { source: '/fruit/:slug', destination: '/apples/:slug', permanent: true },
      { source: '/open', has: [{ type: 'query', key: 'on', value: 'saturday' }], destination: '/market', permanent: false },
      { source: '/', basePath: false, destination: '/orchard', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/apples/:slug', headers: [{ key: 'x-apple', value: ':slug' }] },
      { source: '/api/:path*', headers: [{ key: 'x-ledger', value: 'cider' }] },
    ];
  },
};

export default config;
