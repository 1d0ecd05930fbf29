/** @type {import('next').NextConfig} */
const config = {
  images: {
    formats: ['image/avif', 'image/webp'],
    deviceSizes: [640, 1200],
    imageSizes: [64, 256],
    qualities: [60, 75],
    localPatterns: [{ pathname: '/finds/**', search: '' }],
    remotePatterns: [{ protocol: 'https', hostname: '*.tidewrack.example', pathname: '/plates/**' }],
  },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/cabinet', has: [{ type: 'cookie', key: 'keeper', value: '(?<keeper>\\w+)' }], destination: '/visit?keeper=:keeper' },
        { source: '/tides', missing: [{ type: 'query', key: 'raw' }], destination: '/beach' },
      ],
      afterFiles: [
        { source: '/drawer/:id', destination: '/finds/:id' },
        { source: '/plate', destination: '/finds/float.svg' },
        { source: '/mainland/:path*', destination: `${process.env.MAINLAND ?? 'https://mainland.example'}/:path*` },
      ],
      fallback: [{ source: '/old-catalogue/:path*', destination: '/archive/:path*' }],
    };
  },
  async redirects() {
    return [
      { source: '/flotsam/:id', destination: '/finds/:id', permanent: true },
      { source: '/open', has: [{ type: 'query', key: 'on', value: 'sunday' }], destination: '/visit', permanent: false },
    ];
  },
  async headers() {
    return [
      { source: '/finds/:id', headers: [{ key: 'x-find', value: ':id' }] },
      { source: '/api/:path*', headers: [{ key: 'x-drawer', value: 'ledger' }] },
    ];
  },
};

export default config;
